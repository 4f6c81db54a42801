using System.Net;
using System.Net.NetworkInformation;

namespace Gatepost.Egress;

/// <summary>The addresses of this machine, its public ones too: a webhook must not reach what listens beside us.</summary>
internal sealed class OwnAddresses(TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    private volatile Snapshot? snapshot;
    private volatile IPEndPoint[] listening = [];

    /// <summary>Where this process listens; told once it does.</summary>
    public void ListenOn(IEnumerable<IPEndPoint> endpoints) => listening = [.. endpoints];

    /// <summary>Whether what is sent there comes to this process.</summary>
    public bool Listens(IPAddress address, int port)
    {
        address = AddressPolicy.Unwrap(address);
        foreach (var endpoint in listening)
        {
            var isAny = endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any);
            if (endpoint.Port == port && (isAny ? IPAddress.IsLoopback(address) || Contains(address) : endpoint.Address.Equals(address)))
                return true;
        }

        return false;
    }

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
