using System.Net;
using System.Net.Sockets;

namespace Gatepost.Egress;

/// <summary>
/// Which addresses are public. IPv4: everything but the IANA special-purpose registry and a few that only look public.
/// IPv6: nothing but global unicast (2000::/3) without its special blocks, which also drops every form that embeds IPv4.
/// Source: IANA IPv4/IPv6 Special-Purpose Address Registries (RFC 6890), read 2026-11.
/// </summary>
internal static class AddressPolicy
{
    private static readonly (IPNetwork Network, string Name)[] Denied4 =
    [
        Deny("0.0.0.0/8", "this network"), Deny("10.0.0.0/8", "private"), Deny("100.64.0.0/10", "carrier-grade NAT"), Deny("127.0.0.0/8", "loopback"),
        Deny("169.254.0.0/16", "link-local"), Deny("172.16.0.0/12", "private"), Deny("192.0.0.0/24", "reserved"), Deny("192.0.2.0/24", "documentation"),
        Deny("192.31.196.0/24", "reserved"), Deny("192.52.193.0/24", "reserved"), Deny("192.88.99.0/24", "reserved"), Deny("192.168.0.0/16", "private"),
        Deny("192.175.48.0/24", "reserved"), Deny("198.18.0.0/15", "benchmarking"), Deny("198.51.100.0/24", "documentation"),
        Deny("203.0.113.0/24", "documentation"), Deny("224.0.0.0/4", "multicast"), Deny("240.0.0.0/4", "reserved"),
        // Azure's WireServer: a public number, answered by the host the machine runs on.
        Deny("168.63.129.16/32", "cloud metadata"),
    ];

    private static readonly IPNetwork GlobalUnicast6 = IPNetwork.Parse("2000::/3");

    private static readonly (IPNetwork Network, string Name)[] Denied6 =
    [
        Deny("2001::/23", "reserved (Teredo, ORCHID)"), Deny("2001:db8::/32", "documentation"), Deny("2002::/16", "6to4"),
        Deny("2620:4f:8000::/48", "reserved"), Deny("3fff::/20", "documentation"),
    ];

    /// <returns>Null when the address is public, else what kind of address it is.</returns>
    public static string? WhyDenied(IPAddress address)
    {
        address = Unwrap(address);
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return Find(Denied4, address);
        if (!GlobalUnicast6.Contains(address))
            return "private or reserved";
        return Find(Denied6, address);
    }

    /// <summary>::ffff:a.b.c.d is a.b.c.d to the socket, so it is to us. MapToIPv4 without the test maps any address.</summary>
    public static IPAddress Unwrap(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static string? Find((IPNetwork Network, string Name)[] denied, IPAddress address)
    {
        foreach (var (network, name) in denied)
        {
            if (network.Contains(address))
                return name;
        }

        return null;
    }

    private static (IPNetwork Network, string Name) Deny(string network, string name) => (IPNetwork.Parse(network), name);
}
