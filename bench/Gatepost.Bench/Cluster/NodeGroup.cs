using System.Diagnostics;
using Gatepost.Bench.Postgres;
using Gatepost.Testing;
using Npgsql;

namespace Gatepost.Bench.Cluster;

/// <summary>
/// Nodes over one database of their own, and organizations with one webhook each: a lane for every event. As a control, servers apart:
/// each over a database of its own with a part of the lanes, so that none knows of the others.
/// </summary>
internal sealed class NodeGroup : IAsyncDisposable
{
    public const int FewPlaces = 64;
    private const int Shards = 64;
    private static readonly TimeSpan BalancePatience = TimeSpan.FromSeconds(90);

    private readonly IReadOnlyList<string> databases;

    private NodeGroup(IReadOnlyList<string> databases, IReadOnlyList<ClusterNode> nodes) => (this.databases, Nodes) = (databases, nodes);

    public IReadOnlyList<ClusterNode> Nodes { get; }

    public bool IsApart => databases.Count > 1;

    /// <summary>A publish request for each lane.</summary>
    public IReadOnlyList<EventTemplate> Templates { get; private set; } = [];

    /// <summary>The shard of each lane's webhook; empty for servers apart.</summary>
    public int[] ShardOfLane { get; private set; } = [];

    /// <param name="retryPolicy">Of all webhooks.</param>
    /// <param name="places">Attempts in flight per node; null is the server's default.</param>
    /// <param name="standby">Another server that the nodes may find the database on.</param>
    public static async Task<NodeGroup> StartAsync(
        Workbench bench, int nodes, int lanes, int[] retryPolicy, CancellationToken cancellation, int? places = null, PostgresCluster? standby = null)
    {
        var database = await bench.Postgres!.AddDatabaseAsync();
        if (standby is not null)
            database = Also(database, standby.Port);
        return await new NodeGroup([database], [.. Enumerable.Range(0, nodes).Select(i => Add(bench, database, $"node-{i + 1}-of-{nodes}", i, places))])
            .StartAsync(bench, lanes, retryPolicy, cancellation);
    }

    /// <summary>Servers that share the machine and PostgreSQL, and nothing else. Lane i belongs to server i modulo their number.</summary>
    public static async Task<NodeGroup> StartApartAsync(Workbench bench, int servers, int lanes, int[] retryPolicy, CancellationToken cancellation)
    {
        var databases = new List<string>();
        for (var i = 0; i < servers; i++)
            databases.Add(await bench.Postgres!.AddDatabaseAsync());
        return await new NodeGroup(databases, [.. databases.Select((d, i) => Add(bench, d, $"apart-{i + 1}-of-{servers}", i, places: null))])
            .StartAsync(bench, lanes, retryPolicy, cancellation);
    }

    /// <summary>Returns when each node has its share of the shards.</summary>
    public async Task WaitForBalanceAsync(CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await IsBalancedAsync())
        {
            if (Stopwatch.GetElapsedTime(began) > BalancePatience)
                throw new TimeoutException($"The shards are not spread over {Nodes.Count} nodes after {BalancePatience.TotalSeconds} s.");
            await Task.Delay(100, cancellation);
        }
    }

    /// <summary>How many deliveries are in each state, by its number.</summary>
    public async Task<Dictionary<int, long>> CountByStatusAsync()
    {
        await using var connection = await BenchPostgres.OpenAsync(databases[0]);
        await using var command = new NpgsqlCommand("SELECT status, count(*) FROM deliveries GROUP BY status", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var counts = new Dictionary<int, long>();
        while (await reader.ReadAsync())
            counts.Add(reader.GetInt32(0), reader.GetInt64(1));
        return counts;
    }

    /// <summary>Tells what the database says of events that did not arrive.</summary>
    public async Task SayMissingAsync(Ledger ledger)
    {
        foreach (var number in ledger.MissingNumbers().Take(10))
            Report.Say($"lost: {await DescribeAsync(ledger.Tag, number)}");
    }

    /// <summary>With its database: after a crash PostgreSQL looks at every file it has.</summary>
    public async Task DropAsync(Workbench bench)
    {
        await DisposeAsync();
        foreach (var database in databases)
            await bench.Postgres!.DropDatabaseAsync(database);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
    }

    private async Task<string> DescribeAsync(int tag, int number) => (string)(await BenchPostgres.QueryAsync(
        databases[0],
        $"""
        SELECT coalesce(string_agg(format('event %s: delivery %s shard %s status %s attempts %s crashes %s epoch %s last outcome %s, due in %s ms', e.id, d.seq, d.webhook_seq % {Shards},
          d.status, d.attempt_count, d.crash_count, d.epoch, d.last_outcome, d.next_attempt_at - (extract(epoch FROM now()) * 1000)::bigint), '; '), 'event {number} is not in the database')
        FROM events e LEFT JOIN deliveries d ON d.event_seq = e.seq WHERE right(e.id::text, 8) = '{number:x8}' AND substr(e.id::text, 16, 3) = '{tag:x3}'
        """))!;

    private static string Also(string database, int port)
    {
        var settings = new NpgsqlConnectionStringBuilder(database);
        settings.Host = $"{settings.Host}:{settings.Port},{settings.Host}:{port}";
        settings.Remove("Port");
        return settings.ConnectionString;
    }

    private async Task<NodeGroup> StartAsync(Workbench bench, int lanes, int[] retryPolicy, CancellationToken cancellation)
    {
        try
        {
            // All at once: one of them migrates.
            await Task.WhenAll(Nodes.Select(n => n.StartAsync(cancellation)));
            await AddLanesAsync(bench, lanes, retryPolicy, cancellation);
            if (!IsApart)
                await WaitForBalanceAsync(cancellation);
            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private static ClusterNode Add(Workbench bench, string database, string name, int number, int? places)
    {
        var settings = bench.Settings.Another(name, database);
        if (places is { } few)
            settings["Deliveries__MaxConcurrency"] = $"{few}";
        return new ClusterNode(number + 1, settings, database);
    }

    private async Task AddLanesAsync(Workbench bench, int lanes, int[] retryPolicy, CancellationToken cancellation)
    {
        var templates = new List<EventTemplate>();
        for (var i = 0; i < lanes; i++)
        {
            using var api = new GatepostApi(Nodes[i % databases.Count].Settings);
            var key = await api.AddOrganizationAsync($"lane {i}", cancellation);
            await api.AddWebhookAsync(key, $"{bench.Receiver.Url(0)}?{AttemptWatch.LaneParameter}={i}", retryPolicy, cancellation);
            templates.Add(EventTemplate.One(bench.Host, key));
        }

        Templates = templates;
        if (IsApart)
            return;
        ShardOfLane = new int[lanes];
        await using var connection = await BenchPostgres.OpenAsync(databases[0]);
        await using var command = new NpgsqlCommand($"SELECT url, (seq % {Shards})::integer FROM webhooks", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            ShardOfLane[AttemptWatch.LaneOf(new Uri(reader.GetString(0)).Query)] = reader.GetInt32(1);
    }

    // 22 + 22 + 20 is fair too: each node takes what a node may have at most.
    private async Task<bool> IsBalancedAsync()
    {
        var most = (Shards + Nodes.Count - 1) / Nodes.Count;
        var counts = new List<int>();
        foreach (var node in Nodes)
            counts.Add((await node.ReadShardsAsync()).Count);
        return counts.Sum() == Shards && counts.All(c => c > 0 && c <= most);
    }
}
