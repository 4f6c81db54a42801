using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatepost.Tickets;

/// <summary>A support ticket. Its JSON is the same in answers and in events.</summary>
[JsonConverter(typeof(TicketJson))]
internal sealed record Ticket
{
    public required Guid Id { get; init; }

    /// <summary>Counted per organization from 1; the store gives it.</summary>
    public long Number { get; init; }

    /// <summary>1-500 characters.</summary>
    public required string Subject { get; init; }

    public string? Description { get; init; }

    public required Contact Requester { get; init; }

    public TicketPriority Priority { get; init; } = TicketPriority.Normal;

    public TicketStatus Status { get; init; } = TicketStatus.Open;

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>A JSON object.</summary>
    public JsonElement CustomFields { get; init; } = Tickets.CustomFields.Empty;

    public Guid? AssigneeId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
