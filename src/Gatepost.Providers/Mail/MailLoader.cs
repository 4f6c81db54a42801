using System.Runtime.InteropServices;
using MimeKit;

namespace Gatepost.Providers.Mail;

/// <param name="OverLimit">Why only the headers were read; null when everything was.</param>
internal sealed record LoadedMail(MimeMessage Message, string? OverLimit);

/// <summary>Turns bytes into a message, within bounds that no honest mail meets.</summary>
internal static class MailLoader
{
    private const int MostBytes = 50 * 1024 * 1024;
    private const int MostHeaderBytes = 256 * 1024;

    /// <summary>Deeper parts are kept as they are, unopened.</summary>
    internal static ParserOptions Options { get; } = new() { MaxMimeDepth = 20 };

    /// <exception cref="CallbackFormatException">It is no MIME message.</exception>
    public static LoadedMail Load(ReadOnlyMemory<byte> mime)
    {
        try
        {
            var overLimit = mime.Length > MostBytes ? "The message is larger than 50 MiB." : MailLimits.Check(Open(mime));
            // The stream stays open below the message: contents are read from it, not copied.
            return overLimit is null
                ? new LoadedMail(MimeMessage.Load(Options, Open(mime), persistent: true), null)
                : new LoadedMail(MimeMessage.Load(Options, Open(Headers(mime)), persistent: true), overLimit);
        }
        catch (FormatException e)
        {
            throw new CallbackFormatException("The message is no MIME.", e);
        }
    }

    private static MemoryStream Open(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out var array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(bytes.ToArray(), writable: false);

    private static ReadOnlyMemory<byte> Headers(ReadOnlyMemory<byte> mime)
    {
        var start = mime[..Math.Min(mime.Length, MostHeaderBytes)];
        var end = start.Span.IndexOf("\r\n\r\n"u8) is >= 0 and var crlf ? crlf + 4 : start.Span.IndexOf("\n\n"u8) + 2;
        return end > 1 ? start[..end] : start;
    }
}
