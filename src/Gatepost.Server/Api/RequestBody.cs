using System.Buffers;
using System.IO.Pipelines;
using System.Text.Unicode;

namespace Gatepost.Server.Api;

/// <summary>The bytes of a JSON request: in one piece and UTF-8. Valid until disposed.</summary>
internal readonly struct RequestBody : IDisposable
{
    private static readonly Problem NotUtf8 = new(ProblemKind.Malformed, "malformed_json", "The body is not UTF-8 text. Encode it as UTF-8.");

    private readonly PipeReader reader;
    private readonly SequencePosition end;

    private RequestBody(PipeReader reader, ReadOnlySequence<byte> received)
    {
        (this.reader, end) = (reader, received.End);
        var bytes = received.IsSingleSegment ? received.First : received.ToArray();
        // RFC 8259 8.1: a byte order mark may be ignored.
        Json = bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
    }

    public ReadOnlyMemory<byte> Json { get; }

    /// <exception cref="ProblemException">It is not said to be JSON, or no UTF-8: the parsers look at a text's bytes only when somebody reads it.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
            throw new ProblemException(new Problem(ProblemKind.UnsupportedMediaType, "unsupported_media_type", "Send the body as Content-Type: application/json."));
        var reader = context.Request.BodyReader;
        ReadResult read;
        while (!(read = await reader.ReadAsync(context.RequestAborted)).IsCompleted)
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        var body = new RequestBody(reader, read.Buffer);
        if (Utf8.IsValid(body.Json.Span))
            return body;
        body.Dispose();
        throw new ProblemException(NotUtf8);
    }

    public void Dispose() => reader.AdvanceTo(end);
}
