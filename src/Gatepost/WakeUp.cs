using System.Threading.Channels;

namespace Gatepost;

/// <summary>Ends one worker's wait. However often it rings meanwhile, the worker that comes back to wait goes on once.</summary>
internal sealed class WakeUp
{
    private readonly Channel<bool> rung = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Ring() => rung.Writer.TryWrite(true);

    /// <summary>Until it rings, or this long by the clock.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellation)
    {
        using var timer = clock.CreateTimer(_ => Ring(), null, atMost, Timeout.InfiniteTimeSpan);
        await rung.Reader.ReadAsync(cancellation).ConfigureAwait(false);
    }
}
