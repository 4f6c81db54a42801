using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Gatepost.Egress;

/// <param name="Url">The normalised URL; null when refused.</param>
/// <param name="Reason">Why it was refused, for the person who typed it.</param>
/// <param name="Warning">Accepted, but this should be looked at.</param>
internal sealed record UrlVerdict(Uri? Url, string? Reason, string? Warning);

/// <summary>Refuses targets inside: at save by what the URL says and resolves to, and at every connect by the address that is dialled.</summary>
internal sealed class EgressGuard(IOptions<EgressOptions> options, INameResolver resolver, OwnAddresses own, TimeProvider clock)
{
    /// <summary>What request bins have in their path.</summary>
    public const string BinPath = "/bin/";

    private static readonly TimeSpan ResolveAtSave = TimeSpan.FromSeconds(2);

    private readonly IPNetwork[] allowed = [.. options.Value.AllowedNetworks.Select(EgressOptions.ParseNetwork).OfType<IPNetwork>()];

    /// <summary>At save. A name is resolved once, at most 2 s: any denied address refuses it; one that does not resolve is accepted with a warning.</summary>
    public async ValueTask<UrlVerdict> CheckAsync(string url, CancellationToken cancellation)
    {
        var target = TargetUrl.Parse(url, options.Value);
        if (target.Url is not { } uri)
            return new UrlVerdict(null, target.Reason, null);
        if (IPAddress.TryParse(uri.IdnHost, out var literal))
            return IsAllowed(literal, out var why) ? LeadsBack(uri, literal) ?? new UrlVerdict(uri, null, null) : Denied(uri, literal, why);
        try
        {
            using var patience = new CancellationTokenSource(ResolveAtSave, clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            var addresses = await resolver.ResolveAsync(uri.IdnHost, both.Token).WaitAsync(both.Token).ConfigureAwait(false);
            foreach (var address in addresses)
            {
                if (!IsAllowed(address, out var denied))
                    return Denied(uri, address, denied);
                if (LeadsBack(uri, address) is { } refused)
                    return refused;
            }

            return new UrlVerdict(uri, null, addresses.Length == 0 ? Unresolved(uri) : null);
        }
        catch (Exception e) when (e is SocketException or ArgumentException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new UrlVerdict(uri, null, Unresolved(uri));
        }
    }

    /// <summary>Whether this address may be connected to.</summary>
    public bool IsAllowed(IPAddress address, out string reason)
    {
        address = AddressPolicy.Unwrap(address);
        reason = "";
        foreach (var network in allowed)
        {
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address))
                return true;
        }

        reason = AddressPolicy.WhyDenied(address) ?? (own.Contains(address) ? "this machine's own" : "");
        return reason.Length == 0;
    }

    public static string Sentence(string host, IPAddress address, string kind) =>
        host == address.ToString() ? $"{address} is a {kind} address." : $"{host} resolves to {address}, a {kind} address.";

    // Even where its network is let through: deliveries to ourselves would go round. A request bin is made to be sent to.
    private UrlVerdict? LeadsBack(Uri uri, IPAddress address) =>
        own.Listens(address, uri.Port) && !uri.AbsolutePath.StartsWith(BinPath, StringComparison.Ordinal)
            ? new UrlVerdict(null, $"{uri.Authority} is where Gatepost itself listens. Of its own addresses only a request bin ({BinPath}...) can be a target.", null)
            : null;

    private static UrlVerdict Denied(Uri uri, IPAddress address, string kind) =>
        new(null, $"{Sentence(uri.IdnHost, address, kind)} The server's setting Gatepost__Egress__AllowedNetworks lets a network through.", null);

    private static string Unresolved(Uri uri) => $"{uri.IdnHost} does not resolve now. Deliveries fail until it does.";
}
