namespace Gatepost.Storage;

/// <summary>What a request with an Idempotency-Key must do.</summary>
internal abstract record IdempotencyStart
{
    /// <summary>It is the first: carry it out, then say how it ended.</summary>
    public sealed record Begun(IdempotencyClaim Claim) : IdempotencyStart;

    /// <summary>It was answered before.</summary>
    /// <param name="Body">Null when the stored answer can no longer be decrypted.</param>
    public sealed record Answered(int Status, string? ContentType, byte[]? Body) : IdempotencyStart;

    /// <summary>The same request is being carried out now.</summary>
    public sealed record InProgress : IdempotencyStart;

    /// <summary>The key was used with another body.</summary>
    public sealed record Reused : IdempotencyStart;

    /// <summary>It was carried out, but a crash lost the answer.</summary>
    public sealed record AnswerLost : IdempotencyStart;
}

/// <summary>The first answers of requests with an Idempotency-Key, for 24 hours.</summary>
internal interface IIdempotencyStore
{
    /// <param name="scope">SHA-256 of organization, method, path and key.</param>
    /// <param name="bodyHash">SHA-256 of the request body.</param>
    Task<IdempotencyStart> BeginAsync(byte[] scope, byte[] bodyHash, CancellationToken cancellation);

    /// <summary>Keeps the answer, encrypted; of a claim that was lost it keeps nothing.</summary>
    Task AnswerAsync(IdempotencyClaim claim, int status, string? contentType, byte[] body, CancellationToken cancellation);

    /// <summary>It failed on our side: free to be tried again, unless its change was already committed. While the database is away this
    /// goes on in the background: a key that nobody carries out must not be in progress for ever.</summary>
    Task AbandonAsync(IdempotencyClaim claim);

    /// <summary>Forgets the next keys used before then.</summary>
    /// <returns>How many.</returns>
    Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation);
}
