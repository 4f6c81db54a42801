using System.Collections.Concurrent;
using Gatepost.Callbacks;
using Gatepost.Providers;
using Gatepost.Storage;
using Microsoft.Extensions.Options;

namespace Gatepost.Server.Callbacks;

/// <summary>Keeps refused requests for the operator to see, a bounded number per account and minute.</summary>
internal sealed class RefusedLog(ICallbackStore inbox, IOptions<CallbacksOptions> options, TimeProvider clock)
{
    private const int MaxAccounts = 10_000;
    private readonly ConcurrentDictionary<long, (long Minute, int Count)> windows = new();

    public async Task AddAsync(CallbackAccount account, CallbackRequest request, string reason, CancellationToken cancellation)
    {
        var minute = clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        if (windows.Count > MaxAccounts)
            windows.Clear();
        var window = windows.AddOrUpdate(account.Seq, _ => (minute, 1), (_, w) => w.Minute == minute ? (minute, w.Count + 1) : (minute, 1));
        if (window.Count > options.Value.RefusedPerMinute)
            return;
        try
        {
            await inbox.RefuseAsync(account, request, reason, cancellation);
        }
        catch (StorageUnavailableException)
        {
            // The refusal stands; only its record is missing.
        }
    }
}
