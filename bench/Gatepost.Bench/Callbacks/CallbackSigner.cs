using Gatepost.Providers;

namespace Gatepost.Bench.Callbacks;

/// <summary>Plays one provider: its account at our side, and requests that it signs, no two with the same message.</summary>
internal abstract class CallbackSigner
{
    private int last;

    /// <summary>Its key in the report.</summary>
    public abstract string Name { get; }

    /// <summary>The account type.</summary>
    public abstract string Provider { get; }

    public abstract string Route { get; }

    /// <summary>What <c>POST /v1/provider-accounts</c> is given beside provider and name.</summary>
    public abstract Dictionary<string, object?> Account { get; }

    /// <summary>The same, as a verifier has it.</summary>
    public abstract CallbackContext Context { get; }

    /// <summary>Signed on all cores: with RSA a signature takes far longer than its check.</summary>
    public SignedCallback[] Sign(string url, int count) =>
        [.. ParallelEnumerable.Range(0, count).Select(_ => Sign(url, Interlocked.Increment(ref last).ToString("x32", null)))];

    /// <param name="url">The account's callback URL.</param>
    /// <param name="id">32 hexadecimal digits, new each time.</param>
    protected abstract SignedCallback Sign(string url, string id);
}
