namespace Gatepost.Storage;

/// <summary>Keeps secrets that a master key sealed.</summary>
internal interface ISealedStore
{
    /// <summary>Whose secrets, for the log, such as <c>webhooks</c>.</summary>
    string Owners { get; }

    /// <summary>Seals the next owners' secrets under the first master key, as far as an older one sealed them.</summary>
    /// <param name="afterSeq">Where the last batch ended; 0 begins.</param>
    Task<ResealedBatch> ResealAsync(long afterSeq, int limit, CancellationToken cancellation);
}

/// <param name="LastSeq">Where the next batch begins; null when this was the last.</param>
/// <param name="Resealed">Owners whose secrets are under the first key now.</param>
/// <param name="Unreadable">Owners whose secrets no configured key opens; they were left as they are.</param>
internal sealed record ResealedBatch(long? LastSeq, int Resealed, int Unreadable);
