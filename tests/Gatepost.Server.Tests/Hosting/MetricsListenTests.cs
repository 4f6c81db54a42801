using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Hosting;

/// <summary>An address of its own for <c>/metrics</c>.</summary>
public sealed class MetricsListenTests
{
    [Fact]
    public async Task Listen_OwnAddress_ServesMetricsThereAndTheApiWhereItWas()
    {
        var metrics = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}"));
        await using var host = await GatepostHost.StartAsync(settings: new Dictionary<string, string?> { ["Gatepost:Metrics:Listen"] = metrics.OriginalString });
        using var client = new HttpClient();
        async Task<HttpStatusCode> StatusAsync(Uri server, string path) => (await client.GetAsync(new Uri(server, path))).StatusCode;

        (await StatusAsync(metrics, "/metrics")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(metrics, "/health/live")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(host.Address, "/health/live")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(host.Address, "/metrics")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/metrics/")]
    [InlineData("/METRICS/")]
    public async Task Listen_OwnAddress_TheApiNeverServesMetrics(string path)
    {
        var port = FreePort();
        await using var host = await GatepostHost.StartAsync(
            settings: new Dictionary<string, string?> { ["Gatepost:Metrics:Listen"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}") });
        var header = new Dictionary<string, string> { ["Host"] = string.Create(CultureInfo.InvariantCulture, $"gatepost:{port}") };

        (await host.SendAsync(HttpMethod.Get, path, null, null, header)).Status.ShouldBe(404);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
