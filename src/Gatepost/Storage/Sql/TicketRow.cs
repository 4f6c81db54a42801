using System.Data.Common;
using System.Text.Json;
using Dapper;
using Gatepost.Organizations;
using Gatepost.Tickets;

namespace Gatepost.Storage.Sql;

/// <summary>A row of tickets, and how it becomes a value and back.</summary>
internal sealed class TicketRow
{
    private const string Select = "SELECT * FROM tickets WHERE organization_seq = @Seq AND deleted_at IS NULL";

    public long Seq { get; init; }

    public Guid Id { get; init; }

    public long Number { get; init; }

    public string Subject { get; init; } = "";

    public string? Description { get; init; }

    public string Requester { get; init; } = "{}";

    public string Priority { get; init; } = "";

    public string Status { get; init; } = "";

    public string Tags { get; init; } = "[]";

    public string CustomFields { get; init; } = "{}";

    public Guid? AssigneeId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public static TicketRow? Find(DbConnection connection, OrganizationRef organization, Guid id) =>
        connection.QuerySingleOrDefault<TicketRow>(Select + " AND id = @id", new { organization.Seq, id });

    public static TicketRow? FindByNumber(DbConnection connection, OrganizationRef organization, long number) =>
        connection.QueryFirstOrDefault<TicketRow>(Select + " AND number = @number", new { organization.Seq, number });

    public static TicketRow? FindBySeq(DbConnection connection, OrganizationRef organization, long seq) =>
        connection.QuerySingleOrDefault<TicketRow>(Select + " AND seq = @ticket", new { organization.Seq, ticket = seq });

    public static Page<Ticket> List(DbConnection connection, OrganizationRef organization, PageRequest page)
    {
        var (newest, order) = connection.NewestOf("tickets", "organization_seq", "@Seq", "@before");
        var rows = connection.Query<TicketRow>(
            $"SELECT * FROM tickets WHERE deleted_at IS NULL AND {newest} ORDER BY {order} LIMIT @limit",
            new { organization.Seq, before = page.Before ?? long.MaxValue, limit = page.Limit + 1 }).AsList();
        return Page<Ticket>.Of(rows, page.Limit, row => row.Seq, row => row.ToTicket());
    }

    public static long Insert(DbConnection connection, OrganizationRef organization, Ticket ticket) => connection.ExecuteScalar<long>(
        """
        INSERT INTO tickets (id, organization_seq, number, subject, description, requester, priority, status, tags, custom_fields, assignee_id, created_at, updated_at)
        VALUES (@Id, @OrganizationSeq, @Number, @Subject, @Description, @Requester, @Priority, @Status, @Tags, @CustomFields, @AssigneeId, @CreatedAt, @UpdatedAt)
        RETURNING seq
        """,
        Parameters(ticket, organization.Seq));

    public static void Update(DbConnection connection, Ticket ticket) => connection.Execute(
        """
        UPDATE tickets SET subject = @Subject, description = @Description, requester = @Requester, priority = @Priority, status = @Status,
          tags = @Tags, custom_fields = @CustomFields, assignee_id = @AssigneeId, updated_at = @UpdatedAt
        WHERE id = @Id
        """,
        Parameters(ticket, null));

    public Ticket ToTicket() => new()
    {
        Id = Id,
        Number = Number,
        Subject = Subject,
        Description = Description,
        Requester = JsonSerializer.Deserialize<Contact>(Requester, TicketJson.Relaxed)!,
        Priority = TicketPriorities.Parse(Priority),
        Status = TicketStatuses.Parse(Status),
        Tags = JsonSerializer.Deserialize<List<string>>(Tags)!,
        CustomFields = JsonSerializer.Deserialize<JsonElement>(CustomFields),
        AssigneeId = AssigneeId,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
    };

    private static object Parameters(Ticket ticket, long? organizationSeq) => new
    {
        ticket.Id,
        OrganizationSeq = organizationSeq,
        ticket.Number,
        ticket.Subject,
        ticket.Description,
        Requester = JsonSerializer.Serialize(ticket.Requester, TicketJson.Relaxed),
        Priority = ticket.Priority.Name(),
        Status = ticket.Status.Name(),
        Tags = JsonSerializer.Serialize(ticket.Tags, TicketJson.Relaxed),
        CustomFields = JsonSerializer.Serialize(ticket.CustomFields, TicketJson.Relaxed),
        ticket.AssigneeId,
        ticket.CreatedAt,
        ticket.UpdatedAt,
    };
}
