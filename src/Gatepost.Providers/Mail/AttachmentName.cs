using System.Text;
using MimeKit;

namespace Gatepost.Providers.Mail;

/// <summary>Makes a sender's file name fit to be shown and saved.</summary>
internal static class AttachmentName
{
    private const int MostBytes = 200;

    private static readonly HashSet<string> ReservedOnWindows = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
        "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
    };

    /// <summary>Kinds that run when they are opened.</summary>
    private static readonly HashSet<string> DangerousExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".exe", ".com", ".scr", ".pif", ".bat", ".cmd", ".msi", ".msp", ".ps1", ".psm1", ".vbs", ".vbe", ".js", ".jse", ".mjs", ".wsf", ".wsh",
        ".hta", ".cpl", ".dll", ".sys", ".jar", ".lnk", ".reg", ".inf", ".url", ".iso", ".img", ".vhd", ".vhdx", ".chm", ".appx", ".msix", ".apk",
        ".app", ".dmg", ".sh", ".scf", ".gadget", ".application", ".settingcontent-ms", ".library-ms", ".search-ms", ".xll", ".one",
    };

    private static readonly HashSet<string> DangerousTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        "application/x-msdownload", "application/x-dosexec", "application/x-sh", "application/java-archive", "application/hta", "application/x-msi",
        "application/javascript", "text/javascript", "application/vnd.microsoft.portable-executable",
    };

    /// <param name="number">Names it where the sender did not.</param>
    public static string Safe(string? name, int number, string contentType)
    {
        var last = MailText.Clean(name ?? "").Normalize(NormalizationForm.FormC).Split('/', '\\')[^1];
        var clean = string.Concat(last.Select(c => "<>:\"|?*".Contains(c, StringComparison.Ordinal) ? '_' : c)).Trim(' ', '.');
        if (clean.Length == 0)
            clean = $"attachment-{number}{Extension(contentType)}";
        if (ReservedOnWindows.Contains(clean.Split('.')[0]))
            clean = $"_{clean}";
        return Shorten(clean);
    }

    public static bool IsDangerous(string safeName, string contentType) =>
        DangerousExtensions.Contains(Path.GetExtension(safeName)) || DangerousTypes.Contains(contentType);

    private static string Extension(string contentType) => contentType == "message/rfc822" ? ".eml"
        : MimeTypes.TryGetExtension(contentType, out var extension) ? extension : ".bin";

    private static string Shorten(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= MostBytes)
            return name;
        var extension = Path.GetExtension(name);
        if (Encoding.UTF8.GetByteCount(extension) > 20)
            extension = "";
        var stem = new StringBuilder();
        var left = MostBytes - Encoding.UTF8.GetByteCount(extension);
        foreach (var rune in Path.GetFileNameWithoutExtension(name).EnumerateRunes())
        {
            if ((left -= rune.Utf8SequenceLength) < 0)
                break;
            stem.Append(rune.ToString());
        }

        return $"{stem}{extension}";
    }
}
