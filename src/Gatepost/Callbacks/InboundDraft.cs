using Gatepost.Providers.Mail.Html;
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

    public TicketMessage ToMessage(Guid ticketId, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        return new TicketMessage
        {
            Id = id,
            TicketId = ticketId,
            Direction = MessageDirection.Inbound,
            Channel = Channel,
            Author = Author,
            Body = Body,
            BodyHtml = BodyHtml is { } html ? LinkPictures(html, $"/v1/tickets/{ticketId}/messages/{id}/attachments/") : null,
            Attachments = Attachments,
            CreatedAt = now,
        };
    }

    // A picture that is not attached, or that may run when it is opened, stays empty.
    private string LinkPictures(string html, string folder)
    {
        var linked = MailHtml.LinkPictures(html, contentId => Attachments.FirstOrDefault(a => a.ContentId == contentId && !a.Blocked) is { } a ? folder + a.Id : null);
        return linked.Length <= MessageInput.MaxBodyHtml ? linked : MailHtml.LinkPictures(html, _ => null);
    }
}
