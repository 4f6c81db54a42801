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
    Console.Error.WriteLine($"usage: Gatepost.Peers <{string.Join('|', peers.Keys)}> <connection string> [name=value ...], then on its input a setup and orders");
    return 1;
}

if (await Console.In.ReadLineAsync() is not { } first)
    return 0;
var setup = JsonSerializer.Deserialize<PeerSetup>(first)!;
WebhookSender.Instance.Secret = setup.Secret;
await using var peer = create(new PeerSettings(args));
await peer.StartAsync();
await using var api = await EventsApi.StartAsync(peer, setup);
Console.WriteLine(new Uri(api.Urls.Single()).Port);
// One order per line, one answer per line; the end of the input ends the process, also when the one that started it dies.
while (await Console.In.ReadLineAsync() is { } line)
    Console.WriteLine(await new PeerRun(peer, setup, JsonSerializer.Deserialize<PeerOrder>(line)!).RunAsync());

return 0;
