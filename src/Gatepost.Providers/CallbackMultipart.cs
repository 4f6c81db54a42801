using System.Text;
using Microsoft.Net.Http.Headers;

namespace Gatepost.Providers;

/// <summary>
/// <c>multipart/form-data</c> (RFC 7578) with every part's bytes as they were sent. ASP.NET's form reader decodes all fields as
/// UTF-8, which destroys those in other charsets.
/// </summary>
internal sealed class CallbackMultipart
{
    private const int MaxParts = 1000;

    private CallbackMultipart(List<Part> parts) => Parts = parts;

    /// <summary>In the order sent.</summary>
    public IReadOnlyList<Part> Parts { get; }

    /// <exception cref="CallbackFormatException">It is no complete form.</exception>
    public static CallbackMultipart Parse(CallbackRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.Header("Content-Type"), out var type) || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 70 } boundary)
            throw new CallbackFormatException("The Content-Type names no boundary.");
        return new CallbackMultipart([.. Split(request.Body, Encoding.UTF8.GetBytes($"\r\n--{boundary.Value}")).Select(Read)]);
    }

    /// <returns>The first part of that name; null when there is none.</returns>
    public Part? Find(string name) => Parts.FirstOrDefault(p => p.Name == name);

    /// <summary>Headers and content of every part: what stands between two delimiter lines.</summary>
    private static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> body, byte[] delimiter)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        // The first delimiter has no line before it.
        var rest = body.Span.StartsWith(delimiter.AsSpan(2)) ? body[(delimiter.Length - 2)..] : After(body, delimiter);
        while (!rest.Span.StartsWith("--"u8))
        {
            var end = rest.Span.IndexOf(delimiter);
            if (end < 0 || parts.Count == MaxParts)
                throw new CallbackFormatException(end < 0 ? "The form is cut off." : "The form has too many parts.");
            parts.Add(rest[..end]);
            rest = rest[(end + delimiter.Length)..];
        }

        return parts;
    }

    private static ReadOnlyMemory<byte> After(ReadOnlyMemory<byte> body, byte[] delimiter) =>
        body.Span.IndexOf(delimiter) is >= 0 and var at ? body[(at + delimiter.Length)..] : throw new CallbackFormatException("The form has no parts.");

    private static Part Read(ReadOnlyMemory<byte> part)
    {
        var headersEnd = part.Span.IndexOf("\r\n\r\n"u8);
        if (headersEnd < 0)
            throw new CallbackFormatException("A part of the form has no content.");
        var headers = Encoding.UTF8.GetString(part.Span[..headersEnd]).Split("\r\n");
        if (!ContentDispositionHeaderValue.TryParse(Header(headers, "Content-Disposition"), out var disposition))
            throw new CallbackFormatException("A part of the form has no name.");
        var fileName = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName);
        return new Part(HeaderUtilities.RemoveQuotes(disposition.Name).ToString(), fileName.Value, Header(headers, "Content-Type"), part[(headersEnd + 4)..]);
    }

    private static string? Header(string[] headers, string name) =>
        headers.FirstOrDefault(h => h.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    /// <param name="FileName">Null for a field.</param>
    /// <param name="Content">A slice of the body.</param>
    public sealed record Part(string Name, string? FileName, string? ContentType, ReadOnlyMemory<byte> Content);
}
