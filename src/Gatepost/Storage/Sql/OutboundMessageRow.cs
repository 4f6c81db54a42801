using System.Data.Common;
using Dapper;
using Gatepost.Messages;
using Gatepost.Organizations;
using Gatepost.Providers;

namespace Gatepost.Storage.Sql;

/// <summary>A row of messages, and how it becomes a value.</summary>
internal sealed class OutboundMessageRow
{
    // A ticket or survey that is deleted is gone at once, though its row is purged later.
    private const string Select =
        """
        SELECT m.*, t.id AS ticket_id, s.id AS survey_id FROM messages m
        LEFT JOIN tickets t ON t.seq = m.ticket_seq AND t.deleted_at IS NULL LEFT JOIN surveys s ON s.seq = m.survey_seq AND s.deleted_at IS NULL
        """;

    private const string Mine = Select + " WHERE m.organization_seq = @Organization";

    public long Seq { get; init; }

    public Guid Id { get; init; }

    public long OrganizationSeq { get; init; }

    public string Channel { get; init; } = "";

    public string Provider { get; init; } = "";

    public string ProviderMessageId { get; init; } = "";

    public string Recipient { get; init; } = "";

    public string? Sender { get; init; }

    public Guid? TicketId { get; init; }

    public Guid? SurveyId { get; init; }

    public string? Reference { get; init; }

    public int Status { get; init; }

    public DateTimeOffset? StatusAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public static OutboundMessageRow? Find(DbConnection connection, OrganizationRef organization, Guid id) =>
        connection.QuerySingleOrDefault<OutboundMessageRow>(Mine + " AND m.id = @id", new { Organization = organization.Seq, id });

    public static OutboundMessageRow Read(DbConnection connection, OrganizationRef organization, long seq) =>
        connection.QuerySingle<OutboundMessageRow>(Mine + " AND m.seq = @seq", new { Organization = organization.Seq, seq });

    public static Page<OutboundMessage> List(DbConnection connection, OrganizationRef organization, PageRequest page)
    {
        var (newest, order) = connection.NewestOf("m", "organization_seq", "@Organization", "@before");
        var rows = connection.Query<OutboundMessageRow>(
            $"{Select} WHERE {newest} ORDER BY {order} LIMIT @limit",
            new { Organization = organization.Seq, before = page.Before ?? long.MaxValue, limit = page.Limit + 1 }).AsList();
        return Page<OutboundMessage>.Of(rows, page.Limit, row => row.Seq, row => row.ToMessage());
    }

    public OutboundMessage ToMessage() => new()
    {
        Id = Id,
        Channel = MessageChannels.Parse(Channel)!.Value,
        Provider = Provider,
        ProviderMessageId = ProviderMessageId,
        To = Recipient,
        From = Sender,
        TicketId = TicketId,
        SurveyId = SurveyId,
        Reference = Reference,
        Status = (MessageStatus)Status,
        StatusAt = StatusAt,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
    };
}
