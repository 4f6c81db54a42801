using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Gatepost.Tickets;

namespace Gatepost.Storage.Sql;

/// <summary>A row of attachments, and how it becomes a value and back.</summary>
internal sealed class AttachmentRow
{
    private const string Columns = "a.id, a.message_seq, a.file_name, a.content_type, a.size, a.inline, a.content_id, a.blocked, a.url, a.content IS NOT NULL AS is_kept";

    public Guid Id { get; init; }

    public long MessageSeq { get; init; }

    public string FileName { get; init; } = "";

    public string ContentType { get; init; } = "";

    public long Size { get; init; }

    public bool Inline { get; init; }

    public string? ContentId { get; init; }

    public bool Blocked { get; init; }

    public string? Url { get; init; }

    public bool IsKept { get; init; }

    public byte[]? Content { get; init; }

    /// <summary>By the message they belong to, without their content.</summary>
    public static ILookup<long, AttachmentRow> List(DbConnection connection, IEnumerable<long> messages) =>
        connection.Query<AttachmentRow>($"SELECT {Columns} FROM attachments a WHERE a.message_seq {connection.In("@messages")} ORDER BY a.seq", new { messages = messages.ToArray() })
            .ToLookup(row => row.MessageSeq);

    /// <summary>With its content; null where there is none.</summary>
    public static AttachmentRow? Find(DbConnection connection, long ticketSeq, Guid messageId, Guid id) =>
        connection.QuerySingleOrDefault<AttachmentRow>(
            $"""
            SELECT {Columns}, a.content FROM attachments a JOIN ticket_messages m ON m.seq = a.message_seq
            WHERE a.id = @id AND m.id = @messageId AND m.ticket_seq = @ticketSeq AND a.content IS NOT NULL
            """,
            new { id, messageId, ticketSeq });

    public static void Insert(DbConnection connection, long messageSeq, TicketAttachment attachment)
    {
        var content = attachment.Content;
        connection.Execute(
            """
            INSERT INTO attachments (id, message_seq, file_name, content_type, size, sha256, content_id, inline, blocked, url, content)
            VALUES (@Id, @messageSeq, @FileName, @ContentType, @size, @sha256, @ContentId, @Inline, @Blocked, @Url, @content)
            """,
            new
            {
                attachment.Id,
                messageSeq,
                attachment.FileName,
                attachment.ContentType,
                size = content?.LongLength ?? 0,
                sha256 = content is null ? "" : Convert.ToHexStringLower(SHA256.HashData(content)),
                attachment.ContentId,
                attachment.Inline,
                attachment.Blocked,
                attachment.Url,
                content,
            });
    }

    public TicketAttachment ToAttachment() => new()
    {
        Id = Id,
        FileName = FileName,
        ContentType = ContentType,
        Size = IsKept ? Size : null,
        Inline = Inline,
        ContentId = ContentId,
        Blocked = Blocked,
        Url = Url,
        Content = Content,
    };
}
