namespace Gatepost.Storage;

/// <summary>What must be done to the database before anything else uses it.</summary>
internal interface IStorageSetup
{
    /// <summary>What the facts are kept in, for the log: no secrets.</summary>
    string Place { get; }

    /// <summary>Brings the database to this binary's schema.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be used, or needs a newer binary.</exception>
    Task PrepareAsync(CancellationToken cancellation);
}
