using System.Net;
using System.Net.Sockets;

namespace Gatepost.Testing;

/// <summary>The server as operators run it: a process of its own, which a test can kill and start again on the same folder.</summary>
internal sealed class ServerProcess : IApiServer, IAsyncDisposable
{
    /// <summary>Stays the same over restarts, as behind a proxy.</summary>
    public const string PublicBaseUrl = "https://hooks.example.com";

    private readonly string folder = Directory.CreateTempSubdirectory("gatepost-").FullName;
    private readonly HttpClient client = new();
    private PostgresTestDatabase? postgres;
    private Uri address = null!;
    private ChildProcess process = null!;

    private ServerProcess()
    {
    }

    /// <summary>Its data directory; stays over restarts.</summary>
    public string Folder => folder;

    /// <param name="storage">Null is that of the whole run.</param>
    public static async Task<ServerProcess> StartAsync(TestStorage? storage = null)
    {
        var server = new ServerProcess();
        if ((storage ?? GatepostHost.Storage) == TestStorage.Postgres)
            server.postgres = await TestDatabase.CreatePostgresAsync();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Its next start is on this database, which goes with it.</summary>
    public void MoveTo(PostgresTestDatabase database) => postgres = database;

    /// <summary>After <see cref="KillAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        address = new Uri($"http://127.0.0.1:{FreePort()}");
        // A write above the quota answers an error to who ignores the signal, as a full disk does.
        process = ChildProcess.Start(
            "/bin/sh",
            ["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", Path.Combine(AppContext.BaseDirectory, "Gatepost.Server"), "--urls", address.AbsoluteUri],
            new Dictionary<string, string>(Database())
            {
                ["Gatepost__DataDirectory"] = folder,
                ["Gatepost__BootstrapKey"] = GatepostHost.InstanceKey,
                ["Gatepost__PublicBaseUrl"] = PublicBaseUrl,
                ["Gatepost__Egress__AllowedNetworks__0"] = "127.0.0.1/32",
                ["Gatepost__Egress__AllowHttp"] = "true",
                ["Logging__Console__LogLevel__Default"] = "None",
            });
        await Eventually.GetAsync(IsReadyAsync, ready => ready);
    }

    public Task<ApiAnswer> SendAsync(HttpRequestMessage request) => client.SendAsync(address, request);

    /// <summary>kill -9</summary>
    public async Task KillAsync()
    {
        await process.KillAsync();
        await process.DisposeAsync();
    }

    /// <summary>No file of the process takes another byte, until <see cref="FreeDisk"/>.</summary>
    public void FillDisk() => FileQuota.Exhaust(process.Id);

    public void FreeDisk() => FileQuota.Lift(process.Id);

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await process.DisposeAsync();
        if (postgres is not null)
            await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private Dictionary<string, string> Database() => postgres is null ? [] : new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Staging",
        ["Gatepost__Storage__Provider"] = "postgres",
        ["Gatepost__Storage__ConnectionString"] = postgres.ConnectionString,
    };

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            return (await this.SendAsync(HttpMethod.Get, "/health/ready", null, null)).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
