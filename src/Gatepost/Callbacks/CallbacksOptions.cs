namespace Gatepost.Callbacks;

/// <summary>How callbacks are received.</summary>
internal sealed class CallbacksOptions
{
    public const string SectionName = "Callbacks";

    /// <summary>Folder of SNS signing certificates by their file name (SimpleNotificationService-....pem), for networks that cannot download them.</summary>
    public string? CertificateDirectory { get; set; }

    /// <summary>Refused requests that are kept per account and minute: 1-10,000. Noise must not fill the disk.</summary>
    public int RefusedPerMinute { get; set; } = 60;

    /// <summary>Memory of all callback bodies above 1 MiB that are not answered yet, 100-65,536 MiB; one account gets half of it, which must hold the largest mail.</summary>
    public int LargeBodyMebibytes { get; set; } = 256;

    public IEnumerable<string> Faults()
    {
        if (CertificateDirectory is { Length: > 0 } folder && !Directory.Exists(folder))
            yield return $"Gatepost__Callbacks__CertificateDirectory: there is no folder '{folder}'.";
        if (RefusedPerMinute is < 1 or > 10_000)
            yield return "Gatepost__Callbacks__RefusedPerMinute must be 1 to 10000.";
        if (LargeBodyMebibytes is < 100 or > 65_536)
            yield return "Gatepost__Callbacks__LargeBodyMebibytes must be 100 to 65536.";
    }
}
