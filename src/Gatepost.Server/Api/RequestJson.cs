using System.IO.Pipelines;
using System.Text.Json;

namespace Gatepost.Server.Api;

/// <summary>A request body as a JSON document over the received bytes, without a copy where it came in one piece.</summary>
internal sealed class RequestJson(JsonDocument document, PipeReader reader, SequencePosition end) : IDisposable
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    public JsonElement Root => document.RootElement;

    /// <exception cref="ProblemException">It is no JSON, or not said to be.</exception>
    public static async ValueTask<RequestJson> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
            throw new ProblemException(new Problem(ProblemKind.UnsupportedMediaType, "unsupported_media_type", "Send the body as Content-Type: application/json."));
        var reader = context.Request.BodyReader;
        ReadResult read;
        while (!(read = await reader.ReadAsync(context.RequestAborted)).IsCompleted)
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        try
        {
            return new RequestJson(JsonDocument.Parse(read.Buffer, Strict), reader, read.Buffer.End);
        }
        catch (JsonException e)
        {
            reader.AdvanceTo(read.Buffer.End);
            throw new ProblemException(JsonFaults.ToProblem(e));
        }
    }

    public void Dispose()
    {
        document.Dispose();
        reader.AdvanceTo(end);
    }
}
