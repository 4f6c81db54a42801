using Gatepost.Deliveries;
using Gatepost.Organizations;

namespace Gatepost.Storage;

/// <summary>Recover jobs: a snapshot of ids, fed into the queue a little at a time, resumed after any stop.</summary>
internal interface IReplayStore
{
    /// <summary>How many deliveries a recover job would run.</summary>
    /// <returns>Not found, or conflict <c>payload_expired</c> when all that match have lost their bodies.</returns>
    Task<Result<int>> CountAsync(OrganizationRef organization, Guid webhookId, ReplaySelection selection, CancellationToken cancellation);

    /// <summary>Stores the job and its snapshot; both are durable when this returns.</summary>
    /// <returns>The same, and conflict <c>replay_in_progress</c> while the webhook has an open job.</returns>
    Task<Result<Replay>> CreateAsync(OrganizationRef organization, Guid webhookId, ReplaySelection selection, CancellationToken cancellation);

    Task<Replay?> FindAsync(OrganizationRef organization, Guid id, CancellationToken cancellation);

    /// <summary>Stops it: what has not been sent stays as it was before. A finished job stays as it is.</summary>
    /// <returns>Null when the organization has no such job.</returns>
    Task<Replay?> CancelAsync(OrganizationRef organization, Guid id, CancellationToken cancellation);

    /// <summary>Removes jobs whose snapshot was cut off by a crash: nobody was told of them.</summary>
    Task DropUnpreparedAsync(CancellationToken cancellation);

    /// <summary>Puts the next deliveries of every open job into the queue, keeping at most so many of each waiting, and closes jobs that ended.</summary>
    /// <returns>Whether there was anything to put or is anything on its way: look again soon.</returns>
    Task<bool> FeedAsync(int window, CancellationToken cancellation);
}
