using System.Data.Common;
using Dapper;
using Gatepost.Deliveries;
using Gatepost.Events;
using Gatepost.Organizations;

namespace Gatepost.Storage.Sql;

internal sealed class DeliveryStore(Database database, IDeliveryHandover handover, Epoch epoch, TimeProvider clock) : IDeliveryStore
{
    public Task<Page<Delivery>> ListAsync(OrganizationRef organization, DeliveryFilter filter, PageRequest page, CancellationToken cancellation) =>
        database.ReadAsync(
            connection =>
            {
                var rows = connection.Query<DeliveryRow>(
                    DeliveryQuery.ToSql(connection, filter, page),
                    DeliveryQuery.ToParameters(organization, filter, page)).AsList();
                return Page<Delivery>.Of(rows, page.Limit, r => r.Seq, r => r.ToDelivery());
            },
            cancellation);

    public Task<DeliveryDetail?> FindAsync(OrganizationRef organization, Guid id, CancellationToken cancellation) => database.ReadAsync(
        connection =>
        {
            if (Find(connection, organization, id) is not { } row)
                return null;
            var payload = connection.ExecuteScalar<byte[]?>("SELECT payload FROM events WHERE seq = @EventSeq", row);
            var attempts = connection.Query<AttemptRow>("SELECT * FROM attempts WHERE delivery_seq = @Seq ORDER BY number", row);
            return new DeliveryDetail(row.ToDelivery(), payload, [.. attempts.Select(a => a.ToAttempt())]);
        },
        cancellation);

    public Task<Result<Delivery>> RedeliverAsync(OrganizationRef organization, Guid id, CancellationToken cancellation) => database.WriteAsync<Result<Delivery>>(
        organization,
        session =>
        {
            session.Lock("deliveries", id);
            if (Find(session.Connection, organization, id) is not { } row)
                return Problem.NotFound("delivery");
            if (row.Status == (int)DeliveryStatus.Sending || row.ResumeStatus is not null)
                return Problem.Conflict("delivery_in_progress", "An attempt of this delivery is under way. Look again in a moment.");
            if (session.Connection.ExecuteScalar<bool>("SELECT payload IS NULL FROM events WHERE seq = @EventSeq", row))
                return Problem.Conflict("payload_expired", "The body of this event was erased by retention or a deletion; it cannot be sent again.");
            var webhook = session.Connection.QuerySingle<(long Organization, long Webhook)>(
                """
                UPDATE deliveries SET status = 0, trigger = 1, resume_status = status, resume_at = next_attempt_at, next_attempt_at = 0, crash_count = 0, cancel_requested = 0
                WHERE seq = @Seq RETURNING organization_seq, webhook_seq
                """,
                row);
            var now = clock.GetInstant();
            session.AfterCommit(() => handover.Waiting(webhook.Organization, webhook.Webhook, now));
            return Find(session.Connection, organization, id)!.ToDelivery();
        },
        cancellation);

    public Task<Result<Delivery>> CancelAsync(OrganizationRef organization, Guid id, CancellationToken cancellation) => database.WriteAsync<Result<Delivery>>(
        organization,
        session =>
        {
            session.Lock("deliveries", id);
            if (Find(session.Connection, organization, id) is not { } row)
                return Problem.NotFound("delivery");
            var sql = (DeliveryStatus)row.Status switch
            {
                DeliveryStatus.Pending =>
                    $"""
                    UPDATE deliveries SET status = {Cancellation.Status}, trigger = CASE WHEN trigger = 1 THEN 0 ELSE trigger END, next_attempt_at = NULL,
                      resume_status = NULL, resume_at = NULL, completed_at = coalesce(completed_at, @now) WHERE seq = @Seq
                    """,
                DeliveryStatus.Sending => "UPDATE deliveries SET cancel_requested = 1 WHERE seq = @Seq",
                _ => null,
            };
            if (sql is null)
                return Problem.Conflict("delivery_completed", "No further attempt of this delivery is planned; there is nothing to cancel.");
            session.Connection.Execute(sql, new { row.Seq, now = clock.GetInstant() });
            if (row.Status == (int)DeliveryStatus.Sending)
                Cancellation.Tell(session, handover, session.Connection.ExecuteScalar<long>("SELECT webhook_seq FROM deliveries WHERE seq = @Seq", row), [row.Seq]);
            return Find(session.Connection, organization, id)!.ToDelivery();
        },
        cancellation);

    public Task<Result<ClaimedDelivery>> CreateTestAsync(
        OrganizationRef organization, Guid webhookId, Func<Guid, Guid?, DateTimeOffset, byte[]> render, CancellationToken cancellation)
    {
        var now = clock.GetInstant();
        var eventId = Guid.CreateVersion7(now);
        return database.WriteAsync<Result<ClaimedDelivery>>(
            organization,
            session =>
            {
                var webhook = session.Connection.QueryFirstOrDefault<(long Seq, long? SurveySeq, Guid? SurveyId)>(
                    """
                    SELECT w.seq, w.survey_seq, s.id FROM webhooks w LEFT JOIN surveys s ON s.seq = w.survey_seq
                    WHERE w.id = @webhookId AND w.organization_seq = @Seq AND w.deleted_at IS NULL
                    """,
                    new { webhookId, organization.Seq });
                if (webhook.Seq == 0)
                    return Problem.NotFound("webhook");
                var payload = render(eventId, webhook.SurveyId, now);
                return InsertTest(session, organization, webhook.Seq, webhook.SurveySeq, eventId, payload, now);
            },
            cancellation);
    }

    private ClaimedDelivery InsertTest(
        WriteSession session, OrganizationRef organization, long webhookSeq, long? surveySeq, Guid eventId, byte[] payload, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var eventSeq = session.Connection.ExecuteScalar<long>(
            """
            INSERT INTO events (id, organization_seq, type, survey_seq, timestamp, created_at, payload)
            VALUES (@eventId, @Seq, @type, @surveySeq, @now, @now, @payload) RETURNING seq
            """,
            new { eventId, organization.Seq, type = (int)EventType.WebhookTest, surveySeq, now, payload });
        var seq = session.Connection.ExecuteScalar<long>(
            """
            INSERT INTO deliveries (id, organization_seq, webhook_seq, event_seq, event_type, status, trigger, next_attempt_at, epoch, created_at)
            VALUES (@id, @organizationSeq, @webhookSeq, @eventSeq, @type, 1, 3, @now, @Number, @now) RETURNING seq
            """,
            new { id, organizationSeq = organization.Seq, webhookSeq, eventSeq, type = (int)EventType.WebhookTest, now, epoch.Number });
        return new ClaimedDelivery
        {
            Seq = seq,
            Id = id,
            Epoch = epoch.Number,
            OrganizationSeq = organization.Seq,
            WebhookSeq = webhookSeq,
            EventSeq = eventSeq,
            EventType = EventType.WebhookTest,
            Trigger = AttemptTrigger.Test,
            AttemptCount = 0,
            RunAttempts = 0,
            DueAt = now,
            Body = new EventBody(payload),
        };
    }

    private static DeliveryRow? Find(DbConnection connection, OrganizationRef organization, Guid id) =>
        connection.QueryFirstOrDefault<DeliveryRow>(
            $"SELECT {DeliveryRow.Columns} {DeliveryRow.From(connection)} WHERE d.id = @id AND d.organization_seq = @Seq",
            new { id, organization.Seq });
}
