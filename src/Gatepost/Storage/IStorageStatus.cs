namespace Gatepost.Storage;

/// <summary>Numbers that operators watch.</summary>
/// <param name="Pending">Deliveries that wait in the database, due now or later.</param>
/// <param name="OldestDue">When the oldest overdue one became due; null when none is overdue.</param>
/// <param name="DisabledWebhooks">Webhooks that the system switched off.</param>
/// <param name="Unprocessed">Callbacks that wait for their processing.</param>
/// <param name="OldestUnprocessed">When the oldest of them came; null when there is none.</param>
internal sealed record QueueStatus(long Pending, DateTimeOffset? OldestDue, long DisabledWebhooks, long Unprocessed, DateTimeOffset? OldestUnprocessed);

/// <summary>Whether the database works, and how the queue is doing.</summary>
internal interface IStorageStatus
{
    /// <summary>Reads and takes the write lock.</summary>
    /// <exception cref="StorageUnavailableException">One of the two is not possible now.</exception>
    Task ProbeAsync(CancellationToken cancellation);

    Task<QueueStatus> ReadAsync(DateTimeOffset now, CancellationToken cancellation);
}
