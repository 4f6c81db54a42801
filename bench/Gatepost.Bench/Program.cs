using System.CommandLine;
using Gatepost.Bench;
using Gatepost.Bench.Callbacks;
using Gatepost.Bench.Scenarios;

if (args is [Ceiling.Verb, var trusted])
    return await CeilingSender.ServeAsync(trusted);
if (args is [BareServer.Verb])
    return await BareServer.ServeAsync();
var root = new RootCommand("Measures a real Gatepost server over its public HTTP API.")
{
    BenchCommand.Create("throughput", "deliveries/s against the bare HTTP ceiling of the same run", ThroughputScenario.RunAsync),
    BenchCommand.Create("isolation", "what hanging webhooks do to healthy ones", IsolationScenario.RunAsync),
    BenchCommand.Create("crash", "kill -9 under load: lost and duplicate deliveries", CrashScenario.RunAsync),
    BenchCommand.Create("backlog", "a million pending deliveries: restart, memory, drain", BacklogScenario.RunAsync),
    BenchCommand.Create("cluster", "nodes over one PostgreSQL: throughput, and faults under load", ClusterScenario.RunAsync),
    BenchCommand.Create("failover", "the PostgreSQL primary dies under load and its standby takes over", FailoverScenario.RunAsync),
    BenchCommand.Create("growth", "throughput and lists over millions of stored deliveries", GrowthScenario.RunAsync),
    BenchCommand.Create("callbacks", "callbacks/s verified and durable against the signature check, the disk and Kestrel", CallbacksScenario.RunAsync),
    BenchCommand.Create("moving", "a million deliveries from SQLite to PostgreSQL, killed half-way", MovingScenario.RunAsync),
    BenchCommand.Create("peers", "the same deliveries on PostgreSQL through Gatepost, Hangfire and Wolverine", PeersScenario.RunAsync),
    BenchCommand.Create("compare", "two builds of the server side by side, in alternation: --server and --against", CompareScenario.RunAsync),
    BenchCommand.Create("balance", "how evenly webhooks spread over nodes, and organizations over cells: a simulation", BalanceScenario.RunAsync),
    BenchCommand.Create("ceiling", "the bare HTTP ceiling alone, without a server", CeilingScenario.RunAsync),
};
// An interrupted run still ends its server and removes its data; the default of 2 s would cut that off.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(90) });
