using System.CommandLine;

namespace Gatepost.Bench;

/// <summary>One verb per scenario, all with the same options.</summary>
internal static class BenchCommand
{
    private static readonly Option<string> Storage = new("--storage") { Description = "sqlite or postgres", DefaultValueFactory = _ => "sqlite" };
    private static readonly Option<string?> Connection = new("--connection-string") { Description = "of a PostgreSQL server to make databases on (default: a private server)" };
    private static readonly Option<double?> Seconds = new("--seconds") { Description = "length of one measured phase" };
    private static readonly Option<bool> Json = new("--json") { Description = "end with one line of JSON" };
    private static readonly Option<string?> Server = new("--server") { Description = "the server to measure (default: artifacts/server, published when missing)" };
    private static readonly Option<string?> Against = new("--against") { Description = "the other server (compare)" };
    private static readonly Option<string?> Data = new("--data") { Description = "folder on the disk to measure (default: the system's temporary folder)" };
    private static readonly Option<string?> Logs = new("--logs") { Description = "folder that keeps the servers' logs" };
    private static readonly Option<int?> Rounds = new("--rounds") { Description = "interleaved rounds (throughput, callbacks and peers 3, isolation 5, compare 8)" };
    private static readonly Option<int> Webhooks = new("--webhooks") { Description = "per event (compare)", DefaultValueFactory = _ => 1 };
    private static readonly Option<int?> Kills = new("--kills") { Description = "kill -9 cycles (crash: 20)" };
    private static readonly Option<int?> Faults = new("--faults") { Description = "faults of nodes and of the database; 0 measures the calm alone (cluster: 30)" };
    private static readonly Option<long?> Rows = new("--rows") { Description = "the most stored deliveries (growth: 10,000,000)" };
    private static readonly Option<int?> Deliveries = new("--deliveries") { Description = "pending deliveries of backlog, all of moving (1,000,000)" };
    private static readonly Option<int> Seed = new("--seed") { Description = "of the random moments", DefaultValueFactory = _ => Environment.TickCount };

    public static Command Create(string name, string description, Func<BenchOptions, CancellationToken, Task<Report>> run)
    {
        var command = new Command(name, description) { Storage, Connection, Seconds, Json, Server, Against, Data, Logs, Rounds, Webhooks, Kills, Faults, Rows, Deliveries, Seed };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = Read(parsed);
            var report = await run(options, cancellation);
            report.Write(Console.Out, options.Json);
            return 0;
        });
        return command;
    }

    private static BenchOptions Read(ParseResult parsed) => new()
    {
        Storage = parsed.GetValue(Storage)!,
        ConnectionString = parsed.GetValue(Connection),
        Seconds = parsed.GetValue(Seconds),
        Json = parsed.GetValue(Json),
        Server = parsed.GetValue(Server),
        Against = parsed.GetValue(Against),
        Data = parsed.GetValue(Data),
        Logs = parsed.GetValue(Logs),
        Rounds = parsed.GetValue(Rounds),
        Webhooks = parsed.GetValue(Webhooks),
        Kills = parsed.GetValue(Kills),
        Faults = parsed.GetValue(Faults),
        Rows = parsed.GetValue(Rows),
        Deliveries = parsed.GetValue(Deliveries),
        Seed = parsed.GetValue(Seed),
    };
}
