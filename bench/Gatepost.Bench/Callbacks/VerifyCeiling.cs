using System.Diagnostics;
using Gatepost.Providers;

namespace Gatepost.Bench.Callbacks;

/// <summary>The bare signature check of the same requests, in this process, on as many threads as there are cores.</summary>
internal static class VerifyCeiling
{
    /// <returns>Requests verified per second.</returns>
    public static double Measure(CallbackSigner signer, SignedCallback[] callbacks, TimeSpan duration)
    {
        var provider = ProviderCatalog.Find(signer.Provider, signer.Route)!;
        var requests = Array.ConvertAll(callbacks, c => c.ToRequest());
        var (began, done) = (Stopwatch.GetTimestamp(), 0);
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(first => new Thread(() =>
        {
            var count = 0;
            for (var i = first; Stopwatch.GetElapsedTime(began) < duration; i = (i + 1) % requests.Length, count++)
                Verify(provider, requests[i], signer.Context);
            Interlocked.Add(ref done, count);
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        return done / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static void Verify(IProvider provider, CallbackRequest request, CallbackContext context)
    {
        // None of the three waits for anything: the task is always complete.
        var verification = provider.VerifyAsync(request, context, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        if (!verification.IsValid)
            throw new InvalidOperationException($"{provider.Name} refuses what was signed for it: {verification.Reason}");
    }
}
