using System.Text.RegularExpressions;

namespace Gatepost.Providers.Mail.Quotes;

/// <summary>Leaves out what a mail client adds below the sender's words.</summary>
internal static partial class Signature
{
    /// <summary>Exactly this (RFC 3676 4.3): two dashes alone also divide lists.</summary>
    public const string Line = "-- ";

    private const int MostLines = 20;

    public static string[] Remove(ReadOnlySpan<string> lines)
    {
        var end = lines.Length;
        var start = lines.LastIndexOf(Line);
        if (start > 0 && end - start <= MostLines && !HasQuote(lines[start..]))
            end = start;
        while (end > 0 && (string.IsNullOrWhiteSpace(lines[end - 1]) || Device().IsMatch(lines[end - 1].Trim())))
            end--;
        return lines[..end].ToArray();
    }

    private static bool HasQuote(ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            if (line.StartsWith('>'))
                return true;
        }

        return false;
    }

    [GeneratedRegex(
        "^(Sent from (my |Mail for |Outlook for |Yahoo Mail|Proton Mail|Samsung).{0,60}|Get Outlook for (iOS|Android).{0,60}|(Von|Gesendet von) (meinem|Outlook f.r|Mail f.r).{0,60}"
        + "|Von meinem .{0,40} gesendet|Envoy. (de mon|depuis mon|. partir de Outlook).{0,60}|Enviado desde mi .{0,60}|Enviado do meu .{0,60}|Inviato da(l mio)? .{0,60}"
        + "|Verzonden vanaf mijn .{0,60}|Skickat fr.n min .{0,60}|Sendt fra min .{0,60}|Wys.ano z (mojego )?.{0,60}|Отправлено с .{0,60}|iPhoneから送信|发自我的.{0,30}|나의 .{0,30}에서 보냄)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Device();
}
