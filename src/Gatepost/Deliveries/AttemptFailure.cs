using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Gatepost.Egress;

namespace Gatepost.Deliveries;

/// <summary>Names what went wrong in an attempt: an outcome that says who and where, a sentence, and what to do.</summary>
internal static class AttemptFailure
{
    private const int MaxLocation = 200;
    private const string Unreachable = "Is the server running, and does its firewall let us in?";
    private const string AnswerSoon = "Answer 2xx at once and do the work later.";

    /// <summary>A response that is not 2xx.</summary>
    public static void OfStatus(AttemptResult result, HttpResponseMessage response)
    {
        var status = result.Status!.Value;
        (result.Outcome, result.Message, result.Hint) = status is >= 300 and < 400
            ? (AttemptOutcome.Redirect, $"The server answered {status} and points to {Location(response)}. We never follow redirects.", "Save the final URL in the webhook.")
            : (AttemptOutcome.HttpStatus, $"The server answered {status}.", HintFor(status));
    }

    /// <summary>Our own stop cut it short: nothing of what arrived counts.</summary>
    public static AttemptResult OfStop(DateTimeOffset startedAt, TimeSpan duration, string? address) => new()
    {
        Outcome = AttemptOutcome.Interrupted,
        Message = "The server stopped during the attempt.",
        Hint = "Nothing to do: it is tried again at once.",
        StartedAt = startedAt,
        Duration = duration,
        RemoteAddress = address,
    };

    /// <summary>For failures whose own words are not kept any more, or that came without an attempt.</summary>
    public static string Sentence(AttemptOutcome outcome, int? status) => outcome switch
    {
        AttemptOutcome.HttpStatus or AttemptOutcome.Redirect => $"The server answered {status}.",
        AttemptOutcome.WorkerCrash => "The process died three times while this delivery was in flight; it was set aside so that the others flow on.",
        AttemptOutcome.PayloadExpired => "The body was erased by retention or a deletion before it could be sent.",
        AttemptOutcome.SecretUnreadable =>
            "Nothing was sent: no configured master key opens the webhook's secret or header values. Ask the operator to bring the key back, or save a new secret and new headers.",
        AttemptOutcome.Interrupted => "The server stopped during the attempt; it costs none.",
        _ => $"The attempt failed: {outcome.ToCode().Replace('_', ' ')}.",
    };

    /// <summary>No complete response. What arrived of it stays in the result.</summary>
    /// <param name="stage">How far a new connection came.</param>
    /// <param name="passed">The deadline over everything, when it has passed.</param>
    public static void OfException(AttemptResult result, Exception e, Uri url, ConnectStage stage, TimeSpan? passed)
    {
        (result.Outcome, result.Message, result.Hint) = OfOurOwn(e) ?? (passed is { } deadline ? Late(url, stage, deadline, result.Status) : FromHttp(e, url));
        result.BodyTruncated = result.Status is not null;
    }

    // What our connect callback and certificate check threw, wherever the handler wrapped it.
    private static (AttemptOutcome Outcome, string Message, string Hint)? OfOurOwn(Exception e)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case BlockedAddressException:
                    return (AttemptOutcome.BlockedAddress, inner.Message, "Ask the operator to allow this network, or use a public name.");
                case NameNotResolvedException:
                    return (AttemptOutcome.DnsFailure, inner.Message, "Check the name; new DNS records may take minutes.");
                case ConnectTimeoutException:
                    return (AttemptOutcome.ConnectTimeout, inner.Message, Unreachable);
                case CertificateRefusedException refused:
                    return (OutcomeOf(refused.Fault), refused.Message, "Send the full chain of a current certificate for this name; check with openssl s_client.");
            }
        }

        return null;
    }

    private static (AttemptOutcome Outcome, string Message, string Hint) Late(Uri url, ConnectStage stage, TimeSpan deadline, int? status)
    {
        var seconds = deadline.TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture);
        return stage switch
        {
            ConnectStage.Resolving =>
                (AttemptOutcome.DnsFailure, $"{url.IdnHost} did not resolve in {seconds} s.", "Do the name servers of this domain answer?"),
            ConnectStage.Dialling =>
                (AttemptOutcome.ConnectTimeout, $"No TCP answer from {url.IdnHost} port {url.Port} in {seconds} s.", Unreachable),
            _ when status is { } s => (AttemptOutcome.Timeout, $"The server answered {s}, but the answer did not end in {seconds} s.", AnswerSoon),
            _ => (AttemptOutcome.Timeout, $"No complete response in {seconds} s.", AnswerSoon),
        };
    }

    private static (AttemptOutcome Outcome, string Message, string Hint) FromHttp(Exception e, Uri url)
    {
        var origin = $"{url.IdnHost} port {url.Port}";
        var socket = Inner<SocketException>(e)?.SocketErrorCode;
        if (socket is SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown)
            return (AttemptOutcome.ConnectionRefused, $"Nothing answered on {origin}.", Unreachable);
        if (socket is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted)
            return (AttemptOutcome.ConnectionReset, $"{origin} dropped the connection.", "Look into the server's or its proxy's log for this moment.");
        var error = (e as HttpRequestException)?.HttpRequestError ?? (e as HttpIOException)?.HttpRequestError ?? Inner<HttpIOException>(e)?.HttpRequestError;
        return error switch
        {
            HttpRequestError.SecureConnectionError => Handshake(origin),
            HttpRequestError.ConfigurationLimitExceeded =>
                (AttemptOutcome.ResponseHeadersTooLarge, "The response headers are larger than 16 KiB.", "Answer with few, short headers."),
            HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError =>
                (AttemptOutcome.InvalidHttp, $"{origin} did not answer in valid HTTP.", "Is this the port of a web server?"),
            HttpRequestError.ResponseEnded =>
                (AttemptOutcome.ResponseEnded, "The response ended before it was complete.", "Look into the server's or its proxy's log for this moment."),
            HttpRequestError.ConnectionError => (AttemptOutcome.ConnectionRefused, $"Nothing answered on {origin}.", "Is the server running?"),
            _ when Inner<AuthenticationException>(e) is not null => Handshake(origin),
            _ => (AttemptOutcome.ResponseEnded, "The connection ended before a complete response.", "Look into the server's or its proxy's log for this moment."),
        };
    }

    private static (AttemptOutcome Outcome, string Message, string Hint) Handshake(string origin) => (
        AttemptOutcome.TlsHandshake, $"The TLS handshake with {origin} failed.", "The server must speak TLS 1.2 or 1.3 on this port; check with openssl s_client.");

    private static AttemptOutcome OutcomeOf(CertificateFault fault) => fault switch
    {
        CertificateFault.Expired => AttemptOutcome.TlsExpired,
        CertificateFault.NameMismatch => AttemptOutcome.TlsNameMismatch,
        _ => AttemptOutcome.TlsUntrusted,
    };

    // Without its query: it may carry a token.
    private static string Location(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("Location", out var values))
            return "no location";
        var text = values.ToString().Split('?', '#')[0];
        return text.Length <= MaxLocation ? text : text[..MaxLocation] + "…";
    }

    private static string HintFor(int status) => status switch
    {
        401 or 403 => "Check the secret, the custom headers, and what guards this URL.",
        404 or 405 => "Check the path, and that it takes POST.",
        410 => "The server wants no more: an automatic attempt that is answered so disables the webhook.",
        429 => "The server asks for fewer requests.",
        >= 500 => "Look into the server's log for this moment.",
        _ => "Answer 2xx once the request is taken.",
    };

    private static T? Inner<T>(Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found)
                return found;
        }

        return null;
    }
}
