using Microsoft.Extensions.Options;

namespace Gatepost.Storage;

/// <summary>Who this process is among the nodes: the machine, and an id that stays in the data directory, so that a restart is known as one.</summary>
internal sealed class NodeIdentity
{
    public NodeIdentity(IOptions<DataOptions> data)
    {
        Directory.CreateDirectory(data.Value.DataDirectory);
        var file = Path.Combine(data.Value.DataDirectory, "node-id");
        if (!File.Exists(file))
            File.WriteAllText(file, Guid.NewGuid().ToString("N"));
        Name = $"{Environment.MachineName}/{File.ReadAllText(file).Trim()}";
    }

    public string Name { get; }
}
