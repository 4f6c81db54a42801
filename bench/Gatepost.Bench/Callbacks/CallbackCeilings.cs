namespace Gatepost.Bench.Callbacks;

/// <summary>What bounds callbacks per second: the bare signature check, Kestrel that answers at once, and the bare disk.</summary>
internal readonly record struct CallbackCeilings(double Verify, double Kestrel, double Commit)
{
    // Enough that no cache holds them all, few enough to be signed in a moment.
    private const int Requests = 2_000;

    /// <param name="length">Of all three together.</param>
    public static async Task<CallbackCeilings> MeasureAsync(
        string folder, BareServer bare, CallbackSigner signer, string url, TimeSpan length, CancellationToken cancellation)
    {
        var sample = signer.Sign(url, Requests);
        var bytes = Array.ConvertAll(sample, c => c.ToBytes());
        return new CallbackCeilings(
            VerifyCeiling.Measure(signer, sample, length / 3),
            await new CallbackClient(bare.Address).RepeatAsync(bytes, length / 3, cancellation),
            CommitCeiling.Measure(folder, bytes, length / 3));
    }

    public CallbackCeilings MeanWith(CallbackCeilings other) =>
        new((Verify + other.Verify) / 2, (Kestrel + other.Kestrel) / 2, (Commit + other.Commit) / 2);
}
