using Gatepost.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatepost.Deliveries;

/// <summary>
/// Brings due deliveries from the database into the lanes: woken when one falls due, at the latest every second. The lanes know
/// what this process wrote; a full look at the database every few seconds is the backstop for what they do not know.
/// </summary>
internal sealed partial class LaneFeeder(DeliveryLanes lanes, IDeliveryQueue queue, TimeProvider clock, ILogger<LaneFeeder> logger)
    : BackgroundService
{
    private const int MaxLanesPerRound = 64;
    private const int MaxPerLane = 1_000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    // A burst of retries that fall due within a few milliseconds is one claim, not many.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(10);

    private readonly WakeUp wake = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        lanes.DueChanged += wake.Ring;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var next = await RoundAsync(stoppingToken).ConfigureAwait(false);
                await WaitAsync(next, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
        finally
        {
            lanes.DueChanged -= wake.Ring;
        }
    }

    /// <summary>One round: the backstop where it is due, then claims until no lane has both something due and room.</summary>
    /// <returns>When the next delivery falls due; null when none is known.</returns>
    public async Task<DateTimeOffset?> RoundAsync(CancellationToken cancellation)
    {
        try
        {
            await LookAsync(cancellation).ConfigureAwait(false);
            while (true)
            {
                var now = clock.GetInstant();
                var rooms = lanes.BeginClaims(now, MaxLanesPerRound, MaxPerLane, out var next);
                if (rooms.Count == 0)
                    return next;
                await ClaimAsync(rooms, now, cancellation).ConfigureAwait(false);
            }
        }
        catch (StorageUnavailableException e)
        {
            Log.NotClaimed(logger, e);
            return null;
        }
    }

    private DateTimeOffset lookedAt;

    private async Task LookAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (now - lookedAt < LongestWait)
            return;
        lookedAt = now;
        foreach (var lane in await queue.ReadWaitingAsync(cancellation).ConfigureAwait(false))
            lanes.Waiting(lane.OrganizationSeq, lane.WebhookSeq, lane.DueAt);
    }

    private async Task ClaimAsync(List<(long WebhookSeq, int Room)> rooms, DateTimeOffset now, CancellationToken cancellation)
    {
        IReadOnlyList<LaneClaim> claims = [];
        try
        {
            claims = await queue.ClaimDueAsync(rooms, now, cancellation).ConfigureAwait(false);
        }
        finally
        {
            foreach (var claim in claims)
                lanes.EndClaim(claim.WebhookSeq, claim.Deliveries, claim.NextDue);
            if (claims.Count == 0)
                rooms.ForEach(r => lanes.EndClaim(r.WebhookSeq, [], now));
        }
    }

    private async Task WaitAsync(DateTimeOffset? next, CancellationToken cancellation)
    {
        await Task.Delay(ShortestWait, clock, cancellation).ConfigureAwait(false);
        var wait = next is { } due ? due - clock.GetUtcNow() : LongestWait;
        if (wait > TimeSpan.Zero)
            await wake.WaitAsync(wait < LongestWait ? wait : LongestWait, clock, cancellation).ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Due deliveries could not be claimed; they wait in the database")]
        public static partial void NotClaimed(ILogger logger, Exception e);
    }
}
