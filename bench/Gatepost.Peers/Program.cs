using System.Text.Json;
using Gatepost.Bench.Peers;
using Gatepost.Peers;

// The build decides which there are.
Dictionary<string, Func<PeerSettings, IPeer>> peers = new()
{
#if HANGFIRE
    ["hangfire"] = settings => new Gatepost.Peers.Hangfire.HangfirePeer(settings),
#endif
#if WOLVERINE
    ["wolverine"] = settings => new Gatepost.Peers.Wolverine.WolverinePeer(settings),
#endif
};
if (args is not [var name, _, ..] || !peers.TryGetValue(name, out var create))
{
    Console.Error.WriteLine($"usage: Gatepost.Peers <{string.Join('|', peers.Keys)}> <connection string> [name=value ...], then one order per line of input");
    return 1;
}

await using var peer = create(new PeerSettings(args));
await peer.StartAsync();
// One order per line, one answer per line; the end of the input ends the process, also when the one that started it dies.
while (await Console.In.ReadLineAsync() is { } line)
{
    using var run = new PeerRun(peer, JsonSerializer.Deserialize<PeerOrder>(line)!);
    Console.WriteLine(JsonSerializer.Serialize(await run.RunAsync()));
}

return 0;
