using System.Net;
using System.Net.NetworkInformation;

namespace Gatepost.Egress;

/// <summary>The addresses of this machine, its public ones too: a webhook must not reach what listens beside us.</summary>
internal sealed class OwnAddresses(TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    private volatile Snapshot? snapshot;

    public bool Contains(IPAddress address)
    {
        var now = clock.GetUtcNow();
        var known = snapshot;
        if (known is null || now - known.ReadAt > Fresh)
            snapshot = known = new Snapshot(Read(), now);
        return known.Addresses.Contains(address);
    }

    private static HashSet<IPAddress> Read()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(i => i.GetIPProperties().UnicastAddresses)
                .Select(a => AddressPolicy.Unwrap(a.Address))];
        }
        catch (NetworkInformationException)
        {
            return []; // some sandboxes hide the interfaces; the address policy still holds
        }
    }

    private sealed record Snapshot(HashSet<IPAddress> Addresses, DateTimeOffset ReadAt);
}
