using Dapper;
using Gatepost.Events;

namespace Gatepost.Storage.Sql;

/// <summary>Where every write is grouped with others anyway, publishing is a write like any other.</summary>
internal sealed class EventPublisher(Database database, IEventWriter writer) : IEventPublisher
{
    public Task<PublishedEvent> PublishAsync(WebhookEvent webhookEvent, CancellationToken cancellation) =>
        database.WriteAsync(session => Publish(session, webhookEvent), cancellation);

    public Task<IReadOnlyList<PublishedEvent>> PublishAsync(IReadOnlyList<WebhookEvent> events, CancellationToken cancellation) =>
        database.WriteAsync<IReadOnlyList<PublishedEvent>>(session => [.. events.Select(e => Publish(session, e))], cancellation);

    private PublishedEvent Publish(WriteSession session, WebhookEvent e)
    {
        if (writer.Append(session, e) is { } made)
            return new PublishedEvent(e.Id, made, IsNew: true);
        var before = session.Connection.ExecuteScalar<int>(
            "SELECT count(*) FROM deliveries WHERE event_seq = (SELECT seq FROM events WHERE id = @Id AND organization_seq = @Seq)", new { e.Id, e.Organization.Seq });
        return new PublishedEvent(e.Id, before, IsNew: false);
    }
}
