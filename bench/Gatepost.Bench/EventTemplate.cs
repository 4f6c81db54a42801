using System.Text;

namespace Gatepost.Bench;

/// <summary>One publish request as bytes, in which only the event id changes: the load costs its process next to nothing.</summary>
internal sealed class EventTemplate
{
    // About 600 bytes as an envelope, the size of the reference measurements.
    private const string Data =
        """
        {"ticket":{"id":"018cc251-f400-7000-8000-00000000ab01","number":4711,"subject":"Parcel 4711 did not arrive","description":"It was to be here on Monday, the tracking page has said 'in transit' since.","status":"open","priority":"normal","requester":{"name":"Ada Byron","email":"ada@example.com","phone":null},"tags":["parcel","late"],"customFields":{},"assigneeId":null,"createdAt":"2025-01-15T10:30:00.000Z","updatedAt":"2025-01-15T10:30:00.000Z"}}
        """;

    private static readonly string NoId = new('0', EventId.Length);
    private readonly byte[] request;
    private readonly int[] ids;

    private EventTemplate(string path, string host, string key, string body)
    {
        var head = $"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n";
        request = Encoding.UTF8.GetBytes(head + body);
        ids = [.. Positions(request)];
    }

    public int Events => ids.Length;

    public static EventTemplate One(string host, string key) => new("/v1/events", host, key, Event());

    public static EventTemplate Batch(string host, string key, int events) =>
        new("/v1/events/batch", host, key, $$"""{"events":[{{string.Join(',', Enumerable.Repeat(Event(), events))}}]}""");

    /// <summary>What a webhook gets for <see cref="One"/>, where no server can be asked.</summary>
    public static byte[] Envelope() => Encoding.UTF8.GetBytes(
        $$"""{"organizationId":"018cc251-f400-7000-8000-00000000ab00","eventType":"ticket.created","eventId":"{{NoId}}","timestamp":"2025-01-15T10:30:00.000Z","data":{{Data}}}""");

    public byte[] NewBuffer() => [.. request];

    /// <param name="event">0 but in a batch.</param>
    public void WriteId(byte[] buffer, int @event, int tag, int number) => EventId.Write(buffer.AsSpan(ids[@event]), tag, number);

    private static string Event() => $$"""{"eventType":"ticket.created","eventId":"{{NoId}}","data":{{Data}}}""";

    private static IEnumerable<int> Positions(byte[] bytes)
    {
        for (var from = 0; EventId.Find(bytes.AsSpan(from)) is >= 0 and var at;)
        {
            from += at;
            yield return from;
        }
    }
}
