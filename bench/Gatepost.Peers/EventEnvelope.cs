using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gatepost.Peers;

/// <summary>What a webhook gets for an event: the same as from Gatepost.</summary>
internal sealed record EventEnvelope(Guid OrganizationId, string EventType, Guid EventId, string Timestamp, JsonElement Data)
{
    // The publisher's texts go on as they came.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Guid Organization = Guid.CreateVersion7();

    public static byte[] Render(EventSubmission submission, Guid id)
    {
        var now = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return JsonSerializer.SerializeToUtf8Bytes(new EventEnvelope(Organization, submission.EventType!, id, now, submission.Data), Json);
    }
}
