using Gatepost.Events;
using Gatepost.Organizations;

namespace Gatepost.Storage;

/// <summary>Publishing from outside, and the log of events.</summary>
internal interface IEventStore
{
    /// <summary>The event and its deliveries, in one commit. An id that the organization used before makes nothing new.</summary>
    Task<PublishedEvent> PublishAsync(WebhookEvent webhookEvent, CancellationToken cancellation);

    /// <summary>All of them in one commit, or none.</summary>
    Task<IReadOnlyList<PublishedEvent>> PublishAsync(IReadOnlyList<WebhookEvent> events, CancellationToken cancellation);

    /// <returns>The survey's number, or null when the organization has no such survey.</returns>
    Task<long?> FindSurveyAsync(OrganizationRef organization, Guid surveyId, CancellationToken cancellation);

    Task<Page<StoredEvent>> ListAsync(OrganizationRef organization, EventFilter filter, PageRequest page, CancellationToken cancellation);

    Task<EventDetail?> FindAsync(OrganizationRef organization, Guid id, CancellationToken cancellation);
}
