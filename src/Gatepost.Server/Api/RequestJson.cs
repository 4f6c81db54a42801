using System.Text.Json;

namespace Gatepost.Server.Api;

/// <summary>A request body as a JSON document over the received bytes, without a copy where it came in one piece.</summary>
internal sealed class RequestJson(JsonDocument document, RequestBody body) : IDisposable
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    public JsonElement Root => document.RootElement;

    /// <exception cref="ProblemException">It is no JSON, or not said to be.</exception>
    public static async ValueTask<RequestJson> ReadAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        try
        {
            return new RequestJson(JsonDocument.Parse(body.Json, Strict), body);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            body.Dispose();
            // Looking for duplicates it reads the names, and cannot read half of a surrogate pair.
            throw new ProblemException(JsonFaults.ToProblem(e as JsonException ?? new JsonException(e.Message, e)));
        }
    }

    public void Dispose()
    {
        document.Dispose();
        body.Dispose();
    }
}
