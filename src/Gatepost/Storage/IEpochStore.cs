namespace Gatepost.Storage;

/// <summary>The lives of processes on this database.</summary>
internal interface IEpochStore
{
    /// <summary>
    /// Starts a new epoch and takes over what dead ones had claimed: it waits again, due at once. What was in flight when the
    /// process died is suspected: its crash count goes up, it is tried alone, and the third time it is quarantined as failed.
    /// </summary>
    /// <param name="inFlight">Sequence numbers of the deliveries that were in flight.</param>
    Task<long> StartAsync(string node, IReadOnlyCollection<long> inFlight, CancellationToken cancellation);

    /// <summary>A clean stop: gives back every claim and closes the epoch.</summary>
    Task EndAsync(long epoch, CancellationToken cancellation);
}
