using Gatepost.Deliveries;
using Gatepost.Storage.Sql;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatepost.Storage.Postgres;

/// <summary>
/// This process as one of several: keeps its lease, takes shards that are free, hands over those that are too many, and rescues what
/// dead nodes had claimed. A node that cannot renew its lease stops sending by itself, because no attempt starts that would outlast it.
/// </summary>
internal sealed partial class PostgresNode(
    PostgresEpochStore epochs, Epoch epoch, ShardMap shards, DeliveryLanes lanes, NodeIdentity identity, Database database, TimeProvider clock, ILogger<PostgresNode> logger)
    : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PartitionsEvery = TimeSpan.FromHours(1);

    // Longer than the others need to see that shards are free and to take their share.
    private static readonly TimeSpan FreeTooLong = TimeSpan.FromMilliseconds(2_500);
    private static readonly TimeSpan HintPatience = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan DrainStep = TimeSpan.FromMilliseconds(10);

    private readonly WakeUp wake = new();
    private readonly HashSet<int> leaving = [];
    private readonly Lock gate = new();
    private long? renewedAt;
    private long? partitionsAt;
    private long? freeSince;
    private long? tookAllAt;
    private Task handingOver = Task.CompletedTask;

    /// <summary>Shards may have become free.</summary>
    public void Wake() => wake.Ring();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // As soon as the attempts of a shard have ended another node goes on with it: the listener may take much longer to stop.
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        handingOver = StopAsNodeAsync();
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => handingOver;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await TryTickAsync(stoppingToken).ConfigureAwait(false);
                await wake.WaitAsync(Interval, TimeProvider.System, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: the shards are being handed over.
        }
    }

    /// <summary>One look at the leases.</summary>
    public async Task TickAsync(CancellationToken cancellation)
    {
        var asked = clock.GetTimestamp();
        var renew = renewedAt is not { } last || clock.GetElapsedTime(last) >= Heartbeat;
        var all = freeSince is { } since && clock.GetElapsedTime(since) >= FreeTooLong;
        if (await epochs.TickAsync(epoch.Number, renew, all, cancellation).ConfigureAwait(false) is not { } view)
        {
            Log.LeaseLost(logger, epoch.Number);
            await BeginAnewAsync([], cancellation).ConfigureAwait(false);
            return;
        }

        if (epoch.IsDoubted)
        {
            Log.Doubted(logger, epoch.Number);
            await BeginAnewAsync(shards.Mine, cancellation).ConfigureAwait(false);
            return;
        }

        (clock as DatabaseClock)?.Set(view.DatabaseNow, asked);
        if (renew)
        {
            renewedAt = asked;
            shards.Renewed(asked, epochs.Lease);
        }

        (freeSince, tookAllAt) = (view.HasFree ? freeSince ?? asked : null, all ? asked : tookAllAt);
        Take(view);
        shards.SetOwners(view.Owners);
        lanes.Resume();
        // What nobody else took is kept until those who did not take it are known to be gone or back.
        if (view.Surplus > 0 && handingOver.IsCompleted && !(tookAllAt is { } took && clock.GetElapsedTime(took) < epochs.Lease))
            handingOver = HandOverAsync([.. view.Mine.Order().TakeLast(view.Surplus)], cancellation);
        if (renew)
            await epochs.ForgetHandoversAsync(epoch.Number, cancellation).ConfigureAwait(false);
        if (shards.IsFirst)
            await KeepHouseAsync(cancellation).ConfigureAwait(false);
    }

    private void Take(ShardView view)
    {
        lock (gate)
            shards.Set(view.Mine.Where(shard => !leaving.Contains(shard)));
    }

    // When somebody ended our lease, what we have claimed is theirs: attempts in flight end, and their records count no more. When it is
    // we who doubt what we have claimed, they may end first.
    private async Task BeginAnewAsync(int[] drained, CancellationToken cancellation)
    {
        shards.Set([]);
        lanes.Leave();
        await DrainAsync(drained, cancellation).ConfigureAwait(false);
        epoch.Start(await epochs.StartAsync(identity.Name, [], cancellation).ConfigureAwait(false));
        renewedAt = null;
    }

    private async Task HandOverAsync(int[] released, CancellationToken cancellation)
    {
        var number = epoch.Number;
        lock (gate)
        {
            leaving.UnionWith(released);
            shards.Set(shards.Mine.Except(released));
        }

        lanes.Leave();
        await DrainAsync(released, cancellation).ConfigureAwait(false);
        // What was let go of here is claimed until this is written: nobody else would send it.
        while (epoch.Number == number && !await TryReleaseAsync(number, released, cancellation).ConfigureAwait(false))
            await Task.Delay(Interval, clock, cancellation).ConfigureAwait(false);
        lock (gate)
            leaving.ExceptWith(released);
    }

    private async Task<bool> TryReleaseAsync(long number, int[] released, CancellationToken cancellation)
    {
        try
        {
            await epochs.ReleaseAsync(number, released, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (StorageUnavailableException e)
        {
            Log.NotRenewed(logger, e);
            return false;
        }
    }

    // In real time: what it waits for is real, whatever the clock says.
    private async Task DrainAsync(int[] drained, CancellationToken cancellation)
    {
        while (lanes.IsBusy(drained))
            await Task.Delay(DrainStep, TimeProvider.System, cancellation).ConfigureAwait(false);
        var mark = lanes.Completed;
        while (lanes.Recorded < mark)
            await Task.Delay(DrainStep, TimeProvider.System, cancellation).ConfigureAwait(false);
    }

    // Tried once: a database that is away learns of it when the lease runs out.
    private async Task StopAsNodeAsync()
    {
        try
        {
            await epochs.LeaveAsync(epoch.Number, CancellationToken.None).ConfigureAwait(false);
            var released = shards.Mine;
            lock (gate)
                leaving.UnionWith(released);
            shards.Set([]);
            lanes.Leave();
            await DrainAsync(released, CancellationToken.None).ConfigureAwait(false);
            await epochs.ReleaseAsync(epoch.Number, released, CancellationToken.None).ConfigureAwait(false);
            if (!shards.HasOthers(epoch.Number))
                return;
            // Once more for what the others gave before they heard of it: it is their time that passes.
            await Task.Delay(HintPatience, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
            await epochs.ReleaseAsync(epoch.Number, released, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageUnavailableException e)
        {
            Log.NotRenewed(logger, e);
        }
    }

    private async Task KeepHouseAsync(CancellationToken cancellation)
    {
        if (await epochs.RescueAsync(cancellation).ConfigureAwait(false) is > 0 and var rescued)
            Log.Rescued(logger, rescued);
        if (partitionsAt is { } last && clock.GetElapsedTime(last) < PartitionsEvery)
            return;
        partitionsAt = clock.GetTimestamp();
        await database.WriteAsync(session => PostgresPartitions.MakeAhead(((PostgresWriteSession)session).Npgsql, clock.GetUtcNow()), cancellation).ConfigureAwait(false);
    }

    private async Task TryTickAsync(CancellationToken cancellation)
    {
        try
        {
            await TickAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotRenewed(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A commit of epoch {Epoch} was cut off and may have claimed what nobody knows of: this node begins anew")]
        public static partial void Doubted(ILogger logger, long epoch);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of epoch {Epoch} was lost: other nodes have taken over, and this one begins anew")]
        public static partial void LeaseLost(ILogger logger, long epoch);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The lease could not be looked at; without it no attempt starts")]
        public static partial void NotRenewed(ILogger logger, Exception e);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Deliveries} deliveries that another node had claimed wait again")]
        public static partial void Rescued(ILogger logger, int deliveries);
    }
}
