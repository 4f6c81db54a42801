using System.Collections.Concurrent;
using System.Net;

namespace Gatepost.Server.Auth;

/// <summary>Counts failed authentications per address and minute. Only further failures are throttled: a valid key always passes.</summary>
internal sealed class FailureThrottle(TimeProvider clock)
{
    private const int PerMinute = 30;
    private const int MaxAddresses = 50_000;
    private readonly ConcurrentDictionary<IPAddress, Window> windows = new();

    /// <returns>Seconds to wait before the next try, or null while the address may still fail.</returns>
    public int? CountFailure(IPAddress? address)
    {
        var minute = clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        if (windows.Count >= MaxAddresses)
            DropOld(minute);
        var window = windows.AddOrUpdate(
            address ?? IPAddress.None, _ => new Window(minute, 1), (_, w) => w.Minute == minute ? w with { Count = w.Count + 1 } : new Window(minute, 1));
        return window.Count > PerMinute ? (int)(((minute + 1) * 60) - clock.GetUtcNow().ToUnixTimeSeconds()) : null;
    }

    private void DropOld(long minute)
    {
        foreach (var (address, window) in windows)
        {
            if (window.Minute != minute || windows.Count >= MaxAddresses * 2)
                windows.TryRemove(address, out _);
        }
    }

    private sealed record Window(long Minute, int Count);
}
