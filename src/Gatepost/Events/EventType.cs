using System.Collections.Frozen;

namespace Gatepost.Events;

/// <summary>The kinds of event. The numbers are stored: never reuse or renumber one.</summary>
internal enum EventType
{
    TicketCreated = 1,
    TicketUpdated = 2,
    TicketStatusChanged = 3,
    TicketResolved = 4,
    TicketClosed = 5,
    TicketAssigned = 6,
    TicketSlaWarning = 7,
    TicketSlaBreached = 8,
    MessageCreated = 9,
    SurveyResponseCompleted = 10,

    /// <summary>Sent by the test button only; no webhook subscribes to it and nobody publishes it.</summary>
    WebhookTest = 11,
}

/// <summary>The dotted names that the outside sees.</summary>
internal static class EventTypes
{
    private static readonly string[] Names =
    [
        "", "ticket.created", "ticket.updated", "ticket.status_changed", "ticket.resolved", "ticket.closed", "ticket.assigned",
        "ticket.sla_warning", "ticket.sla_breached", "message.created", "survey.response_completed", "webhook.test",
    ];

    private static readonly FrozenDictionary<string, EventType> ByName =
        Enum.GetValues<EventType>().ToFrozenDictionary(t => Names[(int)t], StringComparer.Ordinal);

    /// <summary>The nine types that a ticket webhook may subscribe to.</summary>
    public static IReadOnlyList<EventType> OfTickets { get; } = [.. Enumerable.Range(1, 9).Select(n => (EventType)n)];

    /// <summary>What other systems may publish: all but the test event.</summary>
    public static IReadOnlyList<EventType> Published { get; } = [.. Enumerable.Range(1, 10).Select(n => (EventType)n)];

    public static string Name(this EventType type) => Names[(int)type];

    public static bool IsOfTickets(this EventType type) => type is >= EventType.TicketCreated and <= EventType.MessageCreated;

    public static bool TryParse(string? name, out EventType type)
    {
        type = default;
        return name is not null && ByName.TryGetValue(name, out type);
    }
}
