namespace Gatepost.Deliveries;

/// <summary>What an attempt came to: blame and stage. The numbers are stored.</summary>
internal enum AttemptOutcome
{
    Succeeded = 0,
    HttpStatus = 1,
    Redirect = 2,
    Timeout = 3,
    DnsFailure = 4,
    BlockedAddress = 5,
    ConnectionRefused = 6,
    ConnectionReset = 7,
    ConnectTimeout = 8,
    TlsUntrusted = 9,
    TlsExpired = 10,
    TlsNameMismatch = 11,
    TlsHandshake = 12,
    ResponseHeadersTooLarge = 13,
    InvalidHttp = 14,
    ResponseEnded = 15,

    /// <summary>Ours: a stop or a lost claim. Costs no attempt.</summary>
    Interrupted = 16,

    /// <summary>Ours: the process died three times while this delivery was in flight.</summary>
    WorkerCrash = 17,

    /// <summary>Ours: the body was erased by retention or a deletion before it could be sent.</summary>
    PayloadExpired = 18,

    /// <summary>Ours: no configured master key opens the webhook's secret or header values. Nothing was sent.</summary>
    SecretUnreadable = 19,
}

internal static class AttemptOutcomes
{
    private static readonly string[] Codes =
    [
        "succeeded", "http_status", "redirect", "timeout", "dns_failure", "blocked_address", "connection_refused", "connection_reset",
        "connect_timeout", "tls_untrusted", "tls_expired", "tls_name_mismatch", "tls_handshake", "response_headers_too_large", "invalid_http",
        "response_ended", "interrupted", "worker_crash", "payload_expired", "secret_unreadable",
    ];

    /// <summary>The name that the outside sees.</summary>
    public static string ToCode(this AttemptOutcome outcome) => Codes[(int)outcome];
}
