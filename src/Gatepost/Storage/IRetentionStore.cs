namespace Gatepost.Storage;

/// <summary>
/// Removes what is deleted or too old, one small write at a time: the caller pauses between the writes, so that deliveries go on.
/// The sweeps go through the rows in the order they were appended.
/// </summary>
internal interface IRetentionStore
{
    /// <summary>How many rows one write may change without holding up what else is written.</summary>
    int BatchSize { get; }

    /// <summary>How many times as long as a write the pause after it should be.</summary>
    int PauseFactor { get; }

    /// <summary>Removes the next rows of deleted tickets, webhooks, surveys and organizations, each with all that belongs to it.</summary>
    /// <returns>How many rows; fewer than the limit when nothing deleted is left.</returns>
    Task<int> PurgeDeletedAsync(int limit, CancellationToken cancellation);

    /// <summary>Erases bodies of events made before then, but for those that a waiting or running delivery needs.</summary>
    Task<RetentionBatch> ErasePayloadsAsync(long after, DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>Deletes the attempts of deliveries that ended before then.</summary>
    Task<RetentionBatch> DeleteAttemptsAsync(long after, DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>Deletes deliveries made before then that have ended, with their attempts.</summary>
    Task<RetentionBatch> DeleteDeliveriesAsync(long after, DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>Deletes events made before then that no delivery is left of. Until then their ids are refused as known.</summary>
    Task<RetentionBatch> DeleteEventsAsync(long after, DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>Erases the bodies of callbacks that came before then, but for those that wait to be processed.</summary>
    Task<RetentionBatch> EraseCallbacksAsync(long after, DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>Deletes callbacks that came before then.</summary>
    Task<RetentionBatch> DeleteCallbacksAsync(long after, DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>Deletes ended replays made before then.</summary>
    Task<RetentionBatch> DeleteReplaysAsync(long after, DateTimeOffset before, int limit, CancellationToken cancellation);
}

/// <param name="Rows">How many were changed.</param>
/// <param name="Last">Up to which row the sweep has come; the next batch begins after it.</param>
/// <param name="HasMore">Whether there may be more.</param>
internal readonly record struct RetentionBatch(int Rows, long Last, bool HasMore);
