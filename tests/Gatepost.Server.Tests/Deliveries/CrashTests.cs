using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Deliveries;

/// <summary>kill -9 of the real process. <c>bench crash</c> does it for longer.</summary>
public sealed class CrashTests
{
    private const string Key = "an-instance-key-of-the-crash-test-0123456789";

    [Fact]
    public async Task Kill9_UnderLoad_LosesNothingAcknowledged()
    {
        var folder = Directory.CreateTempSubdirectory("gatepost-").FullName;
        await using var receiver = await Receiver.StartAsync();
        var acked = new ConcurrentBag<Guid>();
        try
        {
            for (var life = 0; life < 3; life++)
            {
                await using var server = await Server.StartAsync(folder);
                if (life == 0)
                    await server.PrepareAsync(receiver.Url);
                var load = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PublishUntilDeadAsync(server, acked)));
                await receiver.WaitForAsync(receiver.Requests.Count + 100);
                await server.KillAsync();
                await load;
            }

            await using var last = await Server.StartAsync(folder);
            await Eventually.GetAsync(() => Task.FromResult(Missing()), missing => missing == 0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        acked.Count.ShouldBeGreaterThan(100);

        int Missing() => acked.Except(receiver.Requests.Select(r => Guid.Parse((string)JsonNode.Parse(r.Body)!["eventId"]!))).Count();
    }

    private static async Task PublishUntilDeadAsync(Server server, ConcurrentBag<Guid> acked)
    {
        try
        {
            while (true)
                acked.Add(await server.PublishAsync());
        }
        catch (HttpRequestException)
        {
            // It is dead: what was under way was not acknowledged.
        }
    }

    private sealed class Server : IAsyncDisposable
    {
        private readonly ChildProcess process;
        private readonly HttpClient client;

        private Server(ChildProcess process, Uri address)
        {
            this.process = process;
            client = new HttpClient { BaseAddress = address };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        }

        public static async Task<Server> StartAsync(string folder)
        {
            var port = FreePort();
            var process = ChildProcess.Start(
                Path.Combine(AppContext.BaseDirectory, "Gatepost.Server"),
                ["--urls", $"http://127.0.0.1:{port}"],
                new Dictionary<string, string>
                {
                    ["Gatepost__DataDirectory"] = folder,
                    ["Gatepost__BootstrapKey"] = Key,
                    ["Gatepost__Egress__AllowedNetworks__0"] = "127.0.0.1/32",
                    ["Gatepost__Egress__AllowHttp"] = "true",
                    ["Logging__Console__LogLevel__Default"] = "None",
                });
            var server = new Server(process, new Uri($"http://127.0.0.1:{port}"));
            await Eventually.GetAsync(server.IsReadyAsync, ready => ready);
            await server.UseOrganizationAsync();
            return server;
        }

        public async Task PrepareAsync(Uri receiver)
        {
            await PostAsync("/v1/organizations", """{"name":"Acme"}""");
            await UseOrganizationAsync();
            await PostAsync("/v1/ticket-webhooks", new JsonObject { ["name"] = "w", ["url"] = receiver.AbsoluteUri, ["events"] = new JsonArray("ticket.created") }.ToJsonString());
        }

        public async Task<Guid> PublishAsync()
        {
            var answer = await PostAsync("/v1/events", """{"eventType":"ticket.created","data":{"ticket":{"id":"01946870-1b2c-7d3e-8f40-5a6b7c8d9e0f"}}}""");
            return Guid.Parse((string)answer["eventId"]!);
        }

        public Task KillAsync() => process.KillAsync();

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await process.DisposeAsync();
        }

        private async Task UseOrganizationAsync()
        {
            var all = JsonNode.Parse(await client.GetStringAsync(new Uri("/v1/organizations", UriKind.Relative)))!["data"]!.AsArray();
            if (all.Count > 0)
                client.DefaultRequestHeaders.Add("Gatepost-Organization", (string)all[0]!["id"]!);
        }

        private async Task<bool> IsReadyAsync()
        {
            try
            {
                using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        private async Task<JsonNode> PostAsync(string path, string body)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content);
            answer.EnsureSuccessStatusCode();
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        }

        private static int FreePort()
        {
            using var socket = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
            socket.Start();
            return ((System.Net.IPEndPoint)socket.LocalEndpoint).Port;
        }
    }
}
