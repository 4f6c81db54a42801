using System.Data.Common;
using System.Text.Json;
using Dapper;
using Gatepost.Tickets;

namespace Gatepost.Storage.Sql;

/// <summary>A row of ticket_messages, and how it becomes a value and back.</summary>
internal sealed class MessageRow
{
    public long Seq { get; init; }

    public Guid Id { get; init; }

    public string Direction { get; init; } = "";

    public string? Channel { get; init; }

    public string? Author { get; init; }

    public string Body { get; init; } = "";

    public string? BodyHtml { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public static Page<TicketMessage> List(DbConnection connection, TicketRow ticket, PageRequest page)
    {
        var rows = connection.Query<MessageRow>(
            "SELECT * FROM ticket_messages WHERE ticket_seq = @Seq AND seq < @before ORDER BY seq DESC LIMIT @limit",
            new { ticket.Seq, before = page.Before ?? long.MaxValue, limit = page.Limit + 1 }).AsList();
        var attachments = AttachmentRow.List(connection, rows.Select(row => row.Seq));
        return Page<TicketMessage>.Of(rows, page.Limit, row => row.Seq, row => row.ToMessage(ticket.Id, attachments[row.Seq]));
    }

    /// <summary>With its attachments.</summary>
    public static void Insert(DbConnection connection, long ticketSeq, TicketMessage message)
    {
        var seq = InsertRow(connection, ticketSeq, message);
        foreach (var attachment in message.Attachments)
            AttachmentRow.Insert(connection, seq, attachment);
    }

    private static long InsertRow(DbConnection connection, long ticketSeq, TicketMessage message) => connection.ExecuteScalar<long>(
        """
        INSERT INTO ticket_messages (id, ticket_seq, direction, channel, author, body, body_html, created_at)
        VALUES (@Id, @ticketSeq, @Direction, @Channel, @Author, @Body, @BodyHtml, @CreatedAt)
        RETURNING seq
        """,
        new
        {
            message.Id,
            ticketSeq,
            Direction = message.Direction.Name(),
            message.Channel,
            Author = message.Author is null ? null : JsonSerializer.Serialize(message.Author, TicketJson.Relaxed),
            message.Body,
            message.BodyHtml,
            message.CreatedAt,
        });

    private TicketMessage ToMessage(Guid ticketId, IEnumerable<AttachmentRow> attachments) => new()
    {
        Id = Id,
        TicketId = ticketId,
        Direction = MessageDirections.Parse(Direction),
        Channel = Channel,
        Author = Author is null ? null : JsonSerializer.Deserialize<Contact>(Author, TicketJson.Relaxed),
        Body = Body,
        BodyHtml = BodyHtml,
        Attachments = attachments.Select(row => row.ToAttachment()).ToArray(),
        CreatedAt = CreatedAt,
    };
}
