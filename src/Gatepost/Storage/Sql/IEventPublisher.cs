using Gatepost.Events;

namespace Gatepost.Storage.Sql;

/// <summary>Events that come in by themselves, not with a change of the platform's facts: the hot path.</summary>
internal interface IEventPublisher
{
    /// <summary>All of them in one commit, or none. An id that the organization used before makes nothing new.</summary>
    Task<IReadOnlyList<PublishedEvent>> PublishAsync(IReadOnlyList<WebhookEvent> events, CancellationToken cancellation);

    Task<PublishedEvent> PublishAsync(WebhookEvent webhookEvent, CancellationToken cancellation);
}
