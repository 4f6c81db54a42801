using System.Globalization;

namespace Gatepost.Peers;

/// <summary>A peer's arguments; what follows the first two is <c>name=value</c>, to try other settings than the measured best.</summary>
internal sealed class PeerSettings(string[] args)
{
    private readonly Dictionary<string, string> values = args.Skip(2).Select(a => a.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);

    public string Peer => args[0];

    public string ConnectionString => args[1];

    public int Number(string name, int otherwise) => values.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public bool Flag(string name, bool otherwise) => values.TryGetValue(name, out var text) ? bool.Parse(text) : otherwise;
}
