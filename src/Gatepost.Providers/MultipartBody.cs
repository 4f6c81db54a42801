using System.Text;
using Microsoft.Net.Http.Headers;

namespace Gatepost.Providers;

/// <summary><c>multipart/form-data</c> (RFC 7578) without copies: a part is a slice of the body.</summary>
internal static class MultipartBody
{
    private const int LongestHeaders = 16 * 1024;

    /// <returns>Null when it is malformed or has too many parts.</returns>
    public static List<FormPart>? TryRead(ReadOnlyMemory<byte> body, string boundary, int mostParts)
    {
        var delimiter = Encoding.UTF8.GetBytes($"\r\n--{boundary}");
        var parts = new List<FormPart>();
        // The first delimiter may stand at the very start, without a line break.
        var rest = body.Span.StartsWith(delimiter.AsSpan(2)) ? body[(delimiter.Length - 2)..] : After(body, delimiter);
        while (rest is { } opened && parts.Count < mostParts)
        {
            if (opened.Span.StartsWith("--"u8))
                return parts;
            if (Content(opened) is not { } content || content.Span.IndexOf(delimiter) is not (>= 0 and var end) || Part(content[..end]) is not { } part)
                return null;
            parts.Add(part);
            rest = content[(end + delimiter.Length)..];
        }

        return null;
    }

    private static ReadOnlyMemory<byte>? After(ReadOnlyMemory<byte> body, byte[] delimiter) =>
        body.Span.IndexOf(delimiter) is >= 0 and var at ? body[(at + delimiter.Length)..] : null;

    // What follows a delimiter: blanks, then the line break. It is kept, so that a part without headers begins with two of them.
    private static ReadOnlyMemory<byte>? Content(ReadOnlyMemory<byte> opened) =>
        opened.Span.IndexOfAnyExcept((byte)' ', (byte)'\t') is >= 0 and var at && opened.Span[at..].StartsWith("\r\n"u8) ? opened[at..] : null;

    private static FormPart? Part(ReadOnlyMemory<byte> part)
    {
        var end = part.Span.IndexOf("\r\n\r\n"u8);
        if (end is < 0 or > LongestHeaders)
            return null;
        var headers = Encoding.UTF8.GetString(part.Span[..end]).Split("\r\n");
        if (!ContentDispositionHeaderValue.TryParse(Header(headers, "Content-Disposition"), out var disposition))
            return null;
        var file = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
        return new FormPart(HeaderUtilities.RemoveQuotes(disposition.Name).ToString(), part[(end + 4)..], file.Value, Header(headers, "Content-Type"));
    }

    private static string? Header(string[] headers, string name) => headers
        .FirstOrDefault(h => h.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
}
