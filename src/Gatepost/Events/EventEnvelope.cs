using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatepost.Events;

/// <summary>What the catalog says about the envelope around <c>data</c>; <see cref="EventPayload"/> renders it.</summary>
internal static class EventEnvelope
{
    private static readonly Guid ExampleOwner = Guid.Parse("01946870-1b2c-7d3e-8f40-5a6b7c8d9e0f");
    private static readonly Guid ExampleEvent = Guid.Parse("0194687b-3c20-7e91-b5d8-7c4a2f6e1d03");
    private static readonly DateTimeOffset ExampleTest = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    /// <param name="data">The schema of the data; it is copied.</param>
    public static JsonObject Schema(EventType type, JsonObject data)
    {
        var inner = data.DeepClone().AsObject();
        inner.Remove("$schema");
        var properties = new JsonObject
        {
            ["eventType"] = new JsonObject { ["type"] = "string", ["const"] = type.Name() },
            ["eventId"] = Text("uuid", "The same on every retry and for every webhook."),
            ["timestamp"] = Text("date-time", "When it happened; UTC with milliseconds."),
            ["data"] = inner,
        };
        var owners = Owners(type);
        foreach (var owner in owners.Reverse())
            properties.Insert(0, owner, Text("uuid", OwnerDescription(owner, owners.Count)));
        return new JsonObject
        {
            ["$schema"] = data["$schema"]?.DeepClone(),
            ["title"] = type.Name(),
            ["description"] = data["description"]?.DeepClone(),
            ["type"] = "object",
            ["required"] = new JsonArray([.. Required(owners).Select(name => (JsonNode?)name)]),
            ["properties"] = properties,
        };
    }

    public static JsonElement Example(EventType type, JsonElement data)
    {
        var timestamp = HappenedAt(type, data);
        var body = type == EventType.SurveyResponseCompleted
            ? EventPayload.ForSurvey(ExampleOwner, type, ExampleEvent, timestamp, data, (json, d) => d.WriteTo(json))
            : EventPayload.ForOrganization(ExampleOwner, type, ExampleEvent, timestamp, data, (json, d) => d.WriteTo(json));
        return JsonElement.Parse(body);
    }

    // The instant that the example's data tells of, so that the two agree; a warning comes some time before its deadline.
    private static DateTimeOffset HappenedAt(EventType type, JsonElement data) => type switch
    {
        EventType.WebhookTest => ExampleTest,
        EventType.SurveyResponseCompleted => data.GetProperty("completedAt").GetDateTimeOffset(),
        EventType.TicketSlaWarning => data.GetProperty("sla").GetProperty("dueAt").GetDateTimeOffset().AddMinutes(-12),
        EventType.TicketSlaBreached => data.GetProperty("sla").GetProperty("dueAt").GetDateTimeOffset(),
        _ => data.GetProperty("ticket").GetProperty("updatedAt").GetDateTimeOffset(),
    };

    private static IReadOnlyList<string> Owners(EventType type) => type switch
    {
        EventType.SurveyResponseCompleted => ["surveyId"],
        EventType.WebhookTest => ["organizationId", "surveyId"],
        _ => ["organizationId"],
    };

    private static IEnumerable<string> Required(IReadOnlyList<string> owners) =>
        [.. owners.Count == 1 ? owners : [], "eventType", "eventId", "timestamp", "data"];

    // A test event belongs to a webhook of either scope.
    private static string OwnerDescription(string owner, int owners) => (owner, owners) switch
    {
        ("organizationId", 1) => "Whose ticket it is.",
        ("surveyId", 1) => "The survey that was answered.",
        ("organizationId", _) => "Where the webhook is a ticket webhook.",
        _ => "Where the webhook is a survey webhook.",
    };

    private static JsonObject Text(string format, string description) =>
        new() { ["description"] = description, ["type"] = "string", ["format"] = format };
}
