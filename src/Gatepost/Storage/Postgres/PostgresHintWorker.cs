using System.Globalization;
using Dapper;
using Gatepost.Deliveries;
using Gatepost.Storage.Sql;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>Hears the other nodes' hints, and sends ours: at once where it is quiet, else many in one statement. What is lost is found by looking.</summary>
internal sealed partial class PostgresHintWorker : BackgroundService
{
    private const string CanceledWhileDeaf = "SELECT webhook_seq, seq FROM claimed_deliveries WHERE epoch = @Number AND cancel_requested = 1";

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly PostgresConnections connections;
    private readonly Database database;
    private readonly ShardMap shards;
    private readonly IDeliveryHandover handover;
    private readonly PostgresNode node;
    private readonly Epoch epoch;
    private readonly TimeProvider clock;
    private readonly ILogger<PostgresHintWorker> logger;
    private HashSet<string> hints = [];

    public PostgresHintWorker(
        PostgresConnections connections, Database database, ShardMap shards, IDeliveryHandover handover, PostgresNode node, Epoch epoch, TimeProvider clock,
        ILogger<PostgresHintWorker> logger)
    {
        (this.connections, this.database, this.shards, this.handover, this.node, this.epoch) = (connections, database, shards, handover, node, epoch);
        (this.clock, this.logger) = (clock, logger);
        shards.ForeignDue += (organization, webhook) => Add(string.Create(CultureInfo.InvariantCulture, $"{PostgresHints.Due} {organization} {webhook}"));
        shards.Given += taker => Add(string.Create(CultureInfo.InvariantCulture, $"{PostgresHints.Given} {taker}"));
        shards.LaneFull += webhook => Add(string.Create(CultureInfo.InvariantCulture, $"{PostgresHints.Full} {webhook}"));
        shards.CallbackCame += () => Add(PostgresHints.Callback);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(SendAsync(stoppingToken), ListenAsync(stoppingToken));

    private void Add(string hint)
    {
        lock (gate)
        {
            if (!hints.Add(hint) || wake.CurrentCount > 0)
                return;
            wake.Release();
        }
    }

    private async Task SendAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await wake.WaitAsync(cancellation).ConfigureAwait(false);
                string[] payloads;
                lock (gate)
                    (payloads, hints) = ([.. hints], []);
                await TrySendAsync(payloads, cancellation).ConfigureAwait(false);
                await Task.Delay(Rest, clock, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopping: whoever owns those webhooks looks by itself.
        }
    }

    private async Task TrySendAsync(string[] payloads, CancellationToken cancellation)
    {
        try
        {
            await database.ReadAsync(c => c.Execute("SELECT pg_notify(@Channel, hint) FROM unnest(@payloads) AS hint", new { PostgresHints.Channel, payloads }), cancellation).ConfigureAwait(false);
        }
        catch (StorageUnavailableException)
        {
            // Only hints.
        }
    }

    private async Task ListenAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await ListenOnceAsync(cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (PostgresFailure.IsUnavailable(e))
            {
                Log.Deaf(logger, e);
                await Task.Delay(AfterTrouble, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ListenOnceAsync(CancellationToken cancellation)
    {
        await using var connection = await connections.Source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        connection.Notification += (_, notification) => Hear(notification.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {PostgresHints.Channel}", connection))
            await listen.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        // What was said while nobody listened is unknown.
        handover.OrganizationChanged(null);
        foreach (var lane in (await connection.QueryAsync<(long Webhook, long Seq)>(CanceledWhileDeaf, new { epoch.Number }).ConfigureAwait(false)).ToLookup(c => c.Webhook, c => c.Seq))
            handover.Cancel(lane.Key, [.. lane]);
        while (true)
            await connection.WaitAsync(cancellation).ConfigureAwait(false);
    }

    private void Hear(string payload)
    {
        var words = payload.Split(' ');
        switch (words[0])
        {
            case PostgresHints.Due when shards.Owns(Number(words[2])):
                handover.Waiting(Number(words[1]), Number(words[2]), clock.GetInstant());
                break;
            case PostgresHints.Given:
                shards.HearGiven(Number(words[1]));
                break;
            case PostgresHints.Full:
                shards.HearFull(Number(words[1]));
                break;
            case PostgresHints.Cancel:
                handover.Cancel(Number(words[1]), [.. words[2].Split(',').Select(Number)]);
                break;
            case PostgresHints.Organization:
                handover.OrganizationChanged(Number(words[1]));
                break;
            case PostgresHints.Shards:
                node.Wake();
                break;
            case PostgresHints.Callback:
                shards.HearCallback();
                break;
        }
    }

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Hints of other nodes are not heard; until they are, this node finds out by looking every second")]
        public static partial void Deaf(ILogger logger, Exception e);
    }
}
