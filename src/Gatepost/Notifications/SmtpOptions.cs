namespace Gatepost.Notifications;

internal enum SmtpSecurity
{
    /// <summary>No encryption: for a relay on this machine only.</summary>
    None,

    /// <summary>Begins plain and must become TLS (RFC 3207); a server that does not offer it is refused.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314).</summary>
    Tls,
}

/// <summary>The server that takes notification mail; no host, no mail. Notifications are kept and listed either way.</summary>
internal sealed class SmtpOptions
{
    public const string SectionName = "Smtp";

    /// <summary>Name or address; empty switches mail off.</summary>
    public string? Host { get; set; }

    /// <summary>1-65,535; by default 25, 587 or 465, as <see cref="Security"/> is none, starttls or tls.</summary>
    public int? Port { get; set; }

    /// <summary>The sender, such as <c>Gatepost &lt;gatepost@example.com&gt;</c>; required with a host.</summary>
    public string? From { get; set; }

    /// <summary>For AUTH; together with a password, and only where the connection is encrypted.</summary>
    public string? User { get; set; }

    public string? Password { get; set; }

    public SmtpSecurity Security { get; set; } = SmtpSecurity.StartTls;

    /// <summary>PEM file of extra roots that the server's certificate may come from, for a private authority.</summary>
    public string? TrustedCertificates { get; set; }

    public bool IsOn => !string.IsNullOrWhiteSpace(Host);

    public int EffectivePort => Port ?? Security switch
    {
        SmtpSecurity.None => 25,
        SmtpSecurity.StartTls => 587,
        _ => 465,
    };
}
