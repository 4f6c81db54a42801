using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Gatepost.Providers.Mail;

/// <param name="Charset">What the text was decoded with.</param>
internal sealed record DecodedText(string Text, string Charset);

/// <summary>Decodes as browsers do (https://encoding.spec.whatwg.org): senders often name a narrower charset than they use.</summary>
internal static class MailCharset
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The wider charset that a label stands for; UTF-7 is in no table: it hides markup from filters.</summary>
    private static readonly Dictionary<string, int> CodePages = new(StringComparer.OrdinalIgnoreCase)
    {
        ["gb2312"] = 54936,
        ["gbk"] = 54936,
        ["x-gbk"] = 54936,
        ["gb18030"] = 54936,
        ["ks_c_5601-1987"] = 949,
        ["ks_c_5601"] = 949,
        ["euc-kr"] = 949,
        ["shift_jis"] = 932,
        ["shift-jis"] = 932,
        ["sjis"] = 932,
        ["x-sjis"] = 932,
        ["big5"] = 950,
        ["iso-8859-9"] = 1254,
        ["iso-8859-11"] = 874,
        ["tis-620"] = 874,
    };

    private static readonly string[] LatinLabels = ["iso-8859-1", "latin1", "iso8859-1", "iso_8859-1", "l1", "cp819"];

    /// <summary>
    /// .NET itself knows Unicode and Latin 1 only. MimeKit looks at the charsets once, when it is first used by anything in the process, so
    /// they must be there before that.
    /// </summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "No type of ours is sure to be used before MimeKit is.")]
    internal static void Register() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <param name="label">As declared; null when nothing was.</param>
    public static DecodedText Decode(ReadOnlySpan<byte> bytes, string? label)
    {
        var name = label?.Trim().Trim('"', '\'').ToLowerInvariant();
        if (bytes.StartsWith((byte[])[0xEF, 0xBB, 0xBF]))
            return new DecodedText(Encoding.UTF8.GetString(bytes[3..]), "utf-8");
        if (name is null or "us-ascii" or "ascii")
            return bytes.ContainsAnyExceptInRange((byte)0, (byte)127) ? Undeclared(bytes) : new DecodedText(Encoding.ASCII.GetString(bytes), "us-ascii");
        if (name is "utf-8" or "utf8" or "unicode-1-1-utf-8")
            return new DecodedText(Encoding.UTF8.GetString(bytes), "utf-8");
        if (LatinLabels.Contains(name))
            return new DecodedText(Windows1252.GetString(bytes), bytes.ContainsAnyInRange((byte)0x80, (byte)0x9F) ? "windows-1252" : "iso-8859-1");
        return Find(name) is { } encoding ? new DecodedText(encoding.GetString(bytes).TrimStart('\uFEFF'), encoding.WebName.ToLowerInvariant()) : Undeclared(bytes);
    }

    private static Encoding Windows1252 => Encoding.GetEncoding(1252);

    private static DecodedText Undeclared(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new DecodedText(StrictUtf8.GetString(bytes), "utf-8");
        }
        catch (DecoderFallbackException)
        {
            return new DecodedText(Windows1252.GetString(bytes), "windows-1252");
        }
    }

    private static Encoding? Find(string name)
    {
        if (name is "utf-7" or "unicode-1-1-utf-7" or "csunicode11utf7" or "x-unicode-2-0-utf-7")
            return null;
        try
        {
            return CodePages.TryGetValue(name, out var page) ? Encoding.GetEncoding(page) : Encoding.GetEncoding(name);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
