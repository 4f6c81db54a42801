using System.Data.Common;
using Dapper;
using Gatepost.Organizations;
using Gatepost.Tickets;

namespace Gatepost.Storage.Sql;

internal sealed class SlaStore(Database database, TicketWriter writer) : ISlaStore
{
    // Tickets whose clocks are made due in one transaction: a few milliseconds of the writer.
    private const int TicketsAtOnce = 1_000;

    public Task<SlaPolicy?> FindPolicyAsync(OrganizationRef organization, CancellationToken cancellation) =>
        database.ReadAsync(connection => SlaClocks.FindPolicy(connection, organization.Seq), cancellation);

    public async Task<bool> PutPolicyAsync(OrganizationRef organization, SlaPolicy policy, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!await database.WriteAsync(organization, session => Put(session, organization, policy, now), cancellation).ConfigureAwait(false))
            return false;
        for (long? after = 0; after is { } from;)
            after = await database.WriteAsync(organization, session => MakeDue(session, organization, from, now), cancellation).ConfigureAwait(false);
        return true;
    }

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellation) => database.ReadAsync(
        connection => connection.ExecuteScalar<long?>("SELECT MIN(next_at) FROM sla_clocks WHERE next_at IS NOT NULL") is { } next
            ? Instant.FromMilliseconds(next)
            : (DateTimeOffset?)null,
        cancellation);

    public Task<int> TickAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        database.WriteAsync(session => Tick(session, now, limit), cancellation);

    private static bool Put(WriteSession session, OrganizationRef organization, SlaPolicy policy, DateTimeOffset now) =>
        session.Connection.Execute(
            """
            INSERT INTO sla_policies (organization_seq, policy, updated_at) SELECT seq, @policy, @now FROM organizations WHERE seq = @Seq AND deleted_at IS NULL
            ON CONFLICT (organization_seq) DO UPDATE SET policy = excluded.policy, updated_at = excluded.updated_at
            """,
            new { organization.Seq, policy = SlaClocks.Write(policy), now }) > 0;

    // Not only those that run: one that is paused or had no limit may be due under the new policy.
    private static long? MakeDue(WriteSession session, OrganizationRef organization, long after, DateTimeOffset now)
    {
        var tickets = session.Connection.Query<long>(
            "SELECT seq FROM tickets WHERE organization_seq = @Seq AND seq > @after ORDER BY seq LIMIT @TicketsAtOnce",
            new { organization.Seq, after, TicketsAtOnce }).AsList();
        if (tickets.Count == 0)
            return null;
        session.Connection.Execute(
            $"""
            UPDATE sla_clocks SET next_at = @now WHERE ticket_seq IN (
              SELECT seq FROM tickets WHERE organization_seq = @Seq AND seq > @after AND seq <= @last AND deleted_at IS NULL)
            AND {session.Connection.JsonText("state", "stoppedAt")} IS NULL
            """,
            new { now, organization.Seq, after, last = tickets[^1] });
        return tickets.Count < TicketsAtOnce ? null : tickets[^1];
    }

    private int Tick(WriteSession session, DateTimeOffset now, int limit)
    {
        // In the order of their numbers, so that two nodes cannot wait for one another; what is due is read once nobody else can change it.
        var organizations = ReadDue(session.Connection, now, limit).Select(d => d.OrganizationSeq).Distinct().Order().ToHashSet();
        foreach (var organization in organizations)
            session.Serialize(organization);
        var due = ReadDue(session.Connection, now, limit).Where(d => organizations.Contains(d.OrganizationSeq)).ToList();
        var policies = new Dictionary<long, SlaPolicy>();
        foreach (var row in due)
            Tick(session, row, policies, now);
        return due.Count;
    }

    private static List<DueRow> ReadDue(DbConnection connection, DateTimeOffset now, int limit) => connection.Query<DueRow>(
        """
        SELECT c.ticket_seq, c.state, t.organization_seq, t.id AS ticket_id, o.id AS organization_id, o.deleted_at
        FROM sla_clocks c JOIN tickets t ON t.seq = c.ticket_seq JOIN organizations o ON o.seq = t.organization_seq
        WHERE c.next_at <= @now ORDER BY c.next_at LIMIT @limit
        """,
        new { now, limit }).AsList();

    private void Tick(WriteSession session, DueRow row, Dictionary<long, SlaPolicy> policies, DateTimeOffset now)
    {
        var organization = new OrganizationRef(row.OrganizationSeq, row.OrganizationId);
        if (row.DeletedAt is not null || TicketRow.Find(session.Connection, organization, row.TicketId) is not { } stored)
        {
            SlaClocks.Remove(session.Connection, row.TicketSeq);
            return;
        }

        var ticket = stored.ToTicket();
        var policy = PolicyOf(session.Connection, row.OrganizationSeq, policies);
        var step = SlaRules.Step(SlaClocks.Read(row.State), clock => SlaRules.Follow(clock, ticket, policy, now), now);
        SlaClocks.Save(session.Connection, row.TicketSeq, step.Clock);
        foreach (var signal in step.Before.Concat(step.After))
            writer.Raise(session, organization, row.TicketSeq, TicketEvent.Of(ticket, signal), now);
    }

    private static SlaPolicy PolicyOf(DbConnection connection, long organizationSeq, Dictionary<long, SlaPolicy> known)
    {
        if (!known.TryGetValue(organizationSeq, out var policy))
            known[organizationSeq] = policy = SlaClocks.FindPolicy(connection, organizationSeq) ?? SlaPolicy.None;
        return policy;
    }

    private sealed class DueRow
    {
        public long TicketSeq { get; init; }

        public string State { get; init; } = "";

        public long OrganizationSeq { get; init; }

        public Guid TicketId { get; init; }

        public Guid OrganizationId { get; init; }

        public DateTimeOffset? DeletedAt { get; init; }
    }
}
