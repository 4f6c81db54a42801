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
        // To send to "any" is to send to ourselves.
        var isHere = IsAny(address) || IPAddress.IsLoopback(address) || Contains(address);
        foreach (var endpoint in listening)
        {
            if (endpoint.Port == port && isHere && (IsAny(address) || IsAny(endpoint.Address) || AddressPolicy.Unwrap(endpoint.Address).Equals(address)))
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

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

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
