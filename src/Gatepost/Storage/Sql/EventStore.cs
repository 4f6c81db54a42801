using System.Data.Common;
using Dapper;
using Gatepost.Events;
using Gatepost.Organizations;

namespace Gatepost.Storage.Sql;

internal sealed class EventStore(Database database, IEventPublisher publisher) : IEventStore
{
    // More webhooks than a person would read; the newest come first.
    private const int MaxLeftOut = 500;

    private const string Columns = "e.seq, e.id, e.type, s.id AS survey_id, e.survey_seq, e.timestamp, e.created_at";

    private const string From = "FROM events e LEFT JOIN surveys s ON s.seq = e.survey_seq";

    // What a deletion hid goes a little later.
    private const string IsVisible = "s.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.seq = e.ticket_seq AND t.deleted_at IS NOT NULL)";

    public Task<PublishedEvent> PublishAsync(WebhookEvent webhookEvent, CancellationToken cancellation) =>
        publisher.PublishAsync(webhookEvent, cancellation);

    public Task<IReadOnlyList<PublishedEvent>> PublishAsync(IReadOnlyList<WebhookEvent> events, CancellationToken cancellation) =>
        publisher.PublishAsync(events, cancellation);

    public Task<long?> FindSurveyAsync(OrganizationRef organization, Guid surveyId, CancellationToken cancellation) => database.ReadAsync(
        connection => connection.ExecuteScalar<long?>(
            "SELECT seq FROM surveys WHERE id = @surveyId AND organization_seq = @Seq AND deleted_at IS NULL", new { surveyId, organization.Seq }),
        cancellation);

    public Task<Page<StoredEvent>> ListAsync(OrganizationRef organization, EventFilter filter, PageRequest page, CancellationToken cancellation)
    {
        string Sql(DbConnection connection)
        {
            var (newest, order) = connection.NewestOf("e", "organization_seq", "@Seq", "@before");
            return $"""
                SELECT {Columns} {From} WHERE {newest} AND {IsVisible}
                  {(filter.Types is null ? "" : $"AND e.type {connection.In("@types")}")} {(filter.Since is null ? "" : "AND e.created_at >= @Since")} {(filter.Until is null ? "" : "AND e.created_at < @Until")}
                ORDER BY {order} LIMIT @limit
                """;
        }

        var parameters = new { organization.Seq, before = page.Before ?? long.MaxValue, types = filter.Types?.Select(t => (long)t).ToArray(), filter.Since, filter.Until, limit = page.Limit + 1 };
        return database.ReadAsync(
            connection => Page<StoredEvent>.Of(connection.Query<Row>(Sql(connection), parameters).AsList(), page.Limit, r => r.Seq, r => r.ToEvent()), cancellation);
    }

    public Task<EventDetail?> FindAsync(OrganizationRef organization, Guid id, CancellationToken cancellation) => database.ReadAsync(
        connection =>
        {
            var row = connection.QueryFirstOrDefault<Row>(
                $"SELECT {Columns} {From} WHERE e.id = @id AND e.organization_seq = @Seq AND {IsVisible}", new { id, organization.Seq });
            if (row is null)
                return null;
            var payload = connection.ExecuteScalar<byte[]?>("SELECT payload FROM events WHERE seq = @Seq", row);
            var deliveries = connection.Query<DeliveryRow>(
                $"SELECT {DeliveryRow.Columns} {DeliveryRow.From(connection)} WHERE d.event_seq = @Seq ORDER BY d.seq", row);
            return new EventDetail(row.ToEvent(), payload, [.. deliveries.Select(d => d.ToDelivery())], LeftOut(connection, organization, row));
        },
        cancellation);

    private static List<WebhookLeftOut> LeftOut(DbConnection connection, OrganizationRef organization, Row e)
    {
        var others = connection.Query<(Guid Id, string Name, long? SurveySeq, long CreatedAt)>(
            """
            SELECT w.id, w.name, w.survey_seq, w.created_at FROM webhooks w LEFT JOIN surveys s ON s.seq = w.survey_seq
            WHERE w.organization_seq = @organization AND w.deleted_at IS NULL AND s.deleted_at IS NULL
              AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event_seq = @Seq AND d.webhook_seq = w.seq)
            ORDER BY w.seq DESC LIMIT @MaxLeftOut
            """,
            new { organization = organization.Seq, e.Seq, MaxLeftOut });
        return [.. others.Select(w => new WebhookLeftOut(w.Id, w.Name, Why(w.SurveySeq, Instant.FromMilliseconds(w.CreatedAt), e)))];
    }

    private static NoDeliveryReason Why(long? surveySeq, DateTimeOffset createdAt, Row e) =>
        surveySeq is not null && e.SurveySeq is not null && surveySeq != e.SurveySeq ? NoDeliveryReason.OtherSurvey
        : createdAt > e.CreatedAt ? NoDeliveryReason.CreatedLater
        : NoDeliveryReason.NotSubscribed;

    private sealed class Row
    {
        public long Seq { get; init; }

        public Guid Id { get; init; }

        public int Type { get; init; }

        public Guid? SurveyId { get; init; }

        public long? SurveySeq { get; init; }

        public DateTimeOffset Timestamp { get; init; }

        public DateTimeOffset CreatedAt { get; init; }

        public StoredEvent ToEvent() => new() { Id = Id, Type = (EventType)Type, SurveyId = SurveyId, Timestamp = Timestamp, CreatedAt = CreatedAt };
    }
}
