using System.Net;

namespace Gatepost.Providers;

/// <summary>A list of addresses and CIDRs.</summary>
internal static class AllowedAddresses
{
    public static bool IsWellFormed(string text) => Read(text) is not null;

    public static bool Contain(IReadOnlyList<string> list, IPAddress? address)
    {
        if (address is null)
            return false;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return list.Any(text => Read(text)?.Contains(plain) == true);
    }

    private static IPNetwork? Read(string text)
    {
        if (IPNetwork.TryParse(text, out var network))
            return network;
        return IPAddress.TryParse(text, out var one) ? new IPNetwork(one, one.GetAddressBytes().Length * 8) : null;
    }
}
