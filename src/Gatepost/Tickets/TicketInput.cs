using System.Text.Json;

namespace Gatepost.Tickets;

/// <summary>What a client sends to create or change a ticket. An absent member keeps what is there, or its default.</summary>
/// <remarks>Not yet checked.</remarks>
internal sealed record TicketInput
{
    public Optional<string> Subject { get; init; }

    /// <summary>Null removes it.</summary>
    public Optional<string> Description { get; init; }

    /// <summary>Replaced as a whole.</summary>
    public Optional<Contact> Requester { get; init; }

    public Optional<string> Priority { get; init; }

    /// <summary>Of a change only: every ticket begins open.</summary>
    public Optional<string> Status { get; init; }

    /// <summary>Replaced as a whole; null removes all.</summary>
    public Optional<IReadOnlyList<string?>> Tags { get; init; }

    /// <summary>Replaced as a whole; null removes all.</summary>
    public Optional<IReadOnlyDictionary<string, JsonElement>> CustomFields { get; init; }

    /// <summary>A UUID; null takes the ticket from whoever has it.</summary>
    public Optional<string> AssigneeId { get; init; }
}
