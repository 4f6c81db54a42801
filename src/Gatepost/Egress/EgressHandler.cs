using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Options;

namespace Gatepost.Egress;

/// <summary>
/// The one HTTP handler that deliveries use. Its connect callback sees the final host of every new TCP connection, so that is where
/// the guard stands; what would get past it (redirects, proxies, HTTP/3) is off.
/// </summary>
internal sealed class EgressHandler : IDisposable
{
    private const int MaxRemembered = 10_000;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly EgressGuard guard;
    private readonly INameResolver resolver;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<(string, int), string> dialled = new();
    private readonly HttpMessageInvoker invoker;

    public EgressHandler(EgressGuard guard, INameResolver resolver, IOptions<EgressOptions> options, TimeProvider clock)
    {
        (this.guard, this.resolver, this.clock) = (guard, resolver, clock);
        invoker = new HttpMessageInvoker(Build(new CertificatePolicy(options.Value.TrustedCertificates)));
    }

    public Task<HttpResponseMessage> SendAsync(EgressRequest request, CancellationToken cancellation)
    {
        // HTTP/2 where TLS negotiates it, else 1.1. Never "or higher": an Alt-Svc header would then lead to HTTP/3, whose
        // connections the callback does not see (dotnet/runtime #64449).
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        return invoker.SendAsync(request, cancellation);
    }

    /// <summary>The address that this origin was last connected at.</summary>
    public string? RemoteAddress(Uri url) => dialled.GetValueOrDefault((url.IdnHost, url.Port));

    internal SocketsHttpHandler Build(CertificatePolicy certificates) => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = Timeout.InfiniteTimeSpan, // the callback bounds each dial, the sender's deadline the whole
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        MaxResponseHeadersLength = 16, // KiB
        MaxResponseDrainSize = 16 * 1024,
        ResponseDrainTimeout = TimeSpan.FromMilliseconds(250),
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = null,
        ConnectCallback = ConnectAsync,
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = CertificatePolicy.Offline(),
#pragma warning disable CA5359 // it throws for every certificate that it refuses, so that the reason reaches the delivery log
            RemoteCertificateValidationCallback = certificates.Validate,
#pragma warning restore CA5359
        },
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host.Trim('[', ']'), context.DnsEndPoint.Port);
        var trace = (context.InitialRequestMessage as EgressRequest)?.Trace ?? new ConnectTrace();
        trace.Stage = ConnectStage.Resolving;
        var addresses = await ResolveAsync(host, cancellation).ConfigureAwait(false);
        foreach (var address in addresses)
        {
            if (!guard.IsAllowed(address, out var kind))
                throw new BlockedAddressException(EgressGuard.Sentence(host, address, kind));
        }

        trace.Stage = ConnectStage.Dialling;
        var socket = await DialAsync(addresses, port, trace, cancellation).ConfigureAwait(false);
        trace.Stage = ConnectStage.Connected;
        Remember(host, port, trace.Address!);
        return new NetworkStream(socket, ownsSocket: true);
    }

    // For the log only: when it is full, forgetting all of it costs some attempts their remote address.
    private void Remember(string host, int port, string address)
    {
        if (dialled.Count >= MaxRemembered)
            dialled.Clear();
        dialled[(host, port)] = address;
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        // An empty name resolves to this machine's own addresses.
        if (host.Length == 0)
            throw new NameNotResolvedException("The URL has no host.", null);
        if (IPAddress.TryParse(host, out var literal))
            return [literal];
        try
        {
            var addresses = await resolver.ResolveAsync(host, cancellation).WaitAsync(cancellation).ConfigureAwait(false);
            return addresses.Length > 0 ? addresses : throw new NameNotResolvedException($"{host} has no address.", null);
        }
        catch (SocketException e)
        {
            throw new NameNotResolvedException($"We could not resolve {host}.", e);
        }
    }

    // The checked addresses and no others, in the resolver's order; each gets a fair share of the connect time.
    private async Task<Socket> DialAsync(IPAddress[] addresses, int port, ConnectTrace trace, CancellationToken cancellation)
    {
        var share = TimeSpan.FromTicks(Math.Max(ConnectTimeout.Ticks / addresses.Length, TimeSpan.TicksPerSecond));
        for (var i = 0; ; i++)
        {
            // As it was checked: a mapped address on an IPv6 socket goes nowhere.
            var address = AddressPolicy.Unwrap(addresses[i]);
            trace.Address = address.ToString();
            try
            {
                return await DialAsync(new IPEndPoint(address, port), share, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                cancellation.ThrowIfCancellationRequested();
                if (i < addresses.Length - 1)
                    continue;
                if (e is OperationCanceledException or SocketException { SocketErrorCode: SocketError.TimedOut })
                    throw new ConnectTimeoutException($"No TCP answer from {address} port {port}.");
                throw;
            }
        }
    }

    private async Task<Socket> DialAsync(IPEndPoint to, TimeSpan share, CancellationToken cancellation)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var patience = new CancellationTokenSource(share, clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            await socket.ConnectAsync(to, both.Token).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => invoker.Dispose();
}
