using Gatepost.Tickets;

namespace Gatepost.Callbacks;

/// <summary>What a customer sent on any channel, in the form of a ticket's message.</summary>
internal sealed record InboundDraft
{
    /// <summary>For what has no words.</summary>
    public const string NoText = "(This message has no text.)";

    /// <summary>Of the ticket, where it needs a new one.</summary>
    public required string Subject { get; init; }

    public required Contact Author { get; init; }

    public required string Channel { get; init; }

    public required string Body { get; init; }

    public string? BodyHtml { get; init; }

    public IReadOnlyList<TicketAttachment> Attachments { get; init; } = [];

    /// <summary>At most so many UTF-16 code units, without half a character at the end.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most)
            return text;
        return text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
    }

    public Ticket ToTicket(DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Subject = Subject,
        Requester = Author,
        CreatedAt = now,
        UpdatedAt = now,
    };

    public TicketMessage ToMessage(Guid ticketId, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        TicketId = ticketId,
        Direction = MessageDirection.Inbound,
        Channel = Channel,
        Author = Author,
        Body = Body,
        BodyHtml = BodyHtml,
        Attachments = Attachments,
        CreatedAt = now,
    };
}
