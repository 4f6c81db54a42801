using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Testing;

namespace Gatepost.Interop.Tests.Proxies;

/// <summary>Gatepost with a public address, and nginx in front of it.</summary>
public sealed class ProxiedGatepost : IAsyncLifetime
{
    public const string Name = "hooks.example.test";
    private readonly TestCertificate certificate = new(Name);
    private GatepostHost host = null!;
    private NginxProcess nginx = null!;
    private ApiUser user = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        var port = NginxProcess.FreePort();
        host = await GatepostHost.StartAsync(settings: new Dictionary<string, string?>
        {
            ["Gatepost:PublicBaseUrl"] = $"https://{Name}:{port}/gatepost",
            ["Gatepost:KnownProxies:0"] = "127.0.0.1",
        });
        nginx = await NginxProcess.StartAsync(certificate, Name, port, host.Address);
        user = await host.NewOrganizationAsync();
        client = new HttpClient(Handler(port));
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await nginx.DisposeAsync();
        await host.DisposeAsync();
        certificate.Dispose();
    }

    /// <summary>Makes an account without a URL of its own, and asks what URL to type at the provider.</summary>
    internal Task<Uri> NewCallbackUrlAsync(string provider) => NewCallbackUrlAsync(user, provider);

    internal static async Task<Uri> NewCallbackUrlAsync(ApiUser user, string provider)
    {
        var answer = await user.PostAsync("/v1/provider-accounts", new { provider = SignedCallback.Account(provider), name = "Tests", credentials = new { secrets = new[] { SignedCallback.Secret } } });
        return new Uri($"{(string)answer.Json!["callbackUrls"]![SignedCallback.Route(provider)]!}?messageId=msg-1001&note=a%20b+c%27");
    }

    /// <summary>Through nginx.</summary>
    internal async Task<HttpStatusCode> SendAsync(HttpRequestMessage request)
    {
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    // The name is looked up nowhere: whatever is called is on loopback.
    private SocketsHttpHandler Handler(int port) => new()
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, errors) => errors == SslPolicyErrors.RemoteCertificateChainErrors && IsOurs(shown!) },
    };

    private bool IsOurs(X509Certificate shown)
    {
        using var ours = certificate.Load();
        return shown.GetRawCertData().AsSpan().SequenceEqual(ours.RawData);
    }
}
