using System.Text.Json.Serialization;

namespace Gatepost.Tickets;

/// <summary>One message or note on a ticket. Its JSON is the same in answers and in events.</summary>
[JsonConverter(typeof(TicketMessageJson))]
internal sealed record TicketMessage
{
    public required Guid Id { get; init; }

    public required Guid TicketId { get; init; }

    public required MessageDirection Direction { get; init; }

    /// <summary>email, sms, whatsapp, web, api, phone, chat, or the client's own word of 1-50 characters.</summary>
    public string? Channel { get; init; }

    public Contact? Author { get; init; }

    /// <summary>Plain text, 1-100,000 characters.</summary>
    public required string Body { get; init; }

    /// <summary>At most 500,000 characters, as it was sent: never put it into a page without cleaning it.</summary>
    public string? BodyHtml { get; init; }

    public IReadOnlyList<TicketAttachment> Attachments { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }
}
