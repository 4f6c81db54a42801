using Gatepost.Callbacks;
using Gatepost.Organizations;
using Gatepost.Providers;

namespace Gatepost.Storage;

/// <summary>The inbox: every request of a provider, durable before it is answered.</summary>
internal interface ICallbackStore
{
    /// <summary>Stores a verified request together with what makes it count only once. It is due at once.</summary>
    /// <returns>Null when the guard was seen before: then nothing is stored.</returns>
    Task<CallbackSource?> AcceptAsync(CallbackAccount account, CallbackRequest request, ReplayGuard? guard, CancellationToken cancellation);

    /// <summary>Keeps a refused request with its reason; of the body only the beginning.</summary>
    Task RefuseAsync(CallbackAccount account, CallbackRequest request, string reason, CancellationToken cancellation);

    Task<Page<Callback>> ListAsync(OrganizationRef organization, CallbackFilter filter, PageRequest page, CancellationToken cancellation);

    Task<CallbackDetail?> FindAsync(OrganizationRef organization, Guid id, CancellationToken cancellation);

    /// <summary>Asks for processing anew from the stored bytes.</summary>
    /// <param name="release">A person let it through: quarantine does not hold it again.</param>
    /// <returns>Not found; conflicts <c>callback_refused</c>, <c>payload_expired</c>, and <c>not_quarantined</c> for a release.</returns>
    Task<Result<Callback>> ReprocessAsync(OrganizationRef organization, Guid id, bool release, CancellationToken cancellation);

    /// <summary>What waits for its processing, oldest first.</summary>
    /// <param name="begun">What is being processed: left out.</param>
    Task<IReadOnlyList<DueCallback>> ReadDueAsync(DateTimeOffset now, CallbackRoom room, IReadOnlyCollection<long> begun, CancellationToken cancellation);

    /// <summary>Applies the events that were not applied before, and closes the request: in one transaction, except for many statuses.</summary>
    /// <returns>Processed or quarantined.</returns>
    Task<CallbackStatus> ApplyAsync(CallbackSource source, IReadOnlyList<CallbackEvent> events, CancellationToken cancellation);

    /// <summary>It cannot be processed now, or ever.</summary>
    /// <param name="retryAt">Null: a person must look at it.</param>
    Task PostponeAsync(CallbackSource source, CallbackStatus status, string reason, DateTimeOffset? retryAt, CancellationToken cancellation);

    /// <summary>Forgets the next guards and events that are too old to come again, and waiting statuses without a message.</summary>
    /// <returns>How many rows.</returns>
    Task<int> PurgeAsync(DateTimeOffset now, int limit, CancellationToken cancellation);
}
