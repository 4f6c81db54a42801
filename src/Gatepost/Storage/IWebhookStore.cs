using Gatepost.Organizations;
using Gatepost.Webhooks;

namespace Gatepost.Storage;

/// <summary>
/// Webhooks of both scopes. An id of another organization, of the other scope, or of something deleted is not found.
/// A change reaches fan-out, waiting deliveries and the lanes in the transaction that makes it.
/// </summary>
internal interface IWebhookStore : ISealedStore
{
    /// <param name="limit">How many the scope may have; counted in the transaction, so that concurrent creates cannot pass it.</param>
    /// <returns>Conflict <c>ticket_webhook_limit</c> or <c>survey_webhook_limit</c>; not found when the survey is unknown.</returns>
    Task<Result<Webhook>> CreateAsync(
        OrganizationRef organization, WebhookScope scope, WebhookChange webhook, int limit, CancellationToken cancellation);

    Task<Result<Webhook>> FindAsync(OrganizationRef organization, WebhookScope scope, Guid id, CancellationToken cancellation);

    /// <returns>Not found when the survey is unknown.</returns>
    Task<Result<Page<Webhook>>> ListAsync(OrganizationRef organization, WebhookScope scope, PageRequest page, CancellationToken cancellation);

    /// <summary>Reads, decides and writes in one transaction. A webhook that is not active afterwards has its waiting deliveries skipped.</summary>
    /// <param name="decide">Pure; may run more than once.</param>
    Task<Result<Webhook>> ChangeAsync(
        OrganizationRef organization, WebhookScope scope, Guid id, Func<StoredWebhook, Result<WebhookChange>> decide, CancellationToken cancellation);

    /// <summary>Hides it at once; its deliveries are purged later in batches.</summary>
    /// <returns>The id, or not found.</returns>
    Task<Result<Guid>> DeleteAsync(OrganizationRef organization, WebhookScope scope, Guid id, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>What an attempt needs, unsealed.</summary>
    /// <returns>Null when the webhook is unknown or deleted.</returns>
    Task<WebhookSettings?> FindSettingsAsync(long webhookSeq, CancellationToken cancellation);
}
