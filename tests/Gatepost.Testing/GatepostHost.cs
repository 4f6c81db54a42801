using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using Gatepost.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Gatepost.Testing;

/// <summary>The real server in this process, on a loopback port and a database of its own.</summary>
internal sealed class GatepostHost : IApiServer, IAsyncDisposable
{
    public const string InstanceKey = "gp_instance_for_tests_of_at_least_32_characters";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string folder = Directory.CreateTempSubdirectory("gatepost-").FullName;
    private readonly TimeProvider? clock;
    private readonly Dictionary<string, string?> settings;
    private readonly HttpClient client = new();
    private readonly PostgresTestDatabase? postgres;

    private GatepostHost(TimeProvider? clock, PostgresTestDatabase? postgres, IReadOnlyDictionary<string, string?>? settings)
    {
        this.postgres = postgres;
        this.clock = clock;
        this.settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Gatepost:DataDirectory"] = folder,
            ["Gatepost:BootstrapKey"] = InstanceKey,
            ["Gatepost:Egress:AllowedNetworks:0"] = "127.0.0.1/32",
            ["Gatepost:Egress:AllowHttp"] = "true",
            ["Logging:Console:LogLevel:Default"] = "None",
        };
        if (postgres is not null)
        {
            this.settings["Gatepost:Storage:Provider"] = "postgres";
            this.settings["Gatepost:Storage:ConnectionString"] = postgres.ConnectionString;
        }

        foreach (var (name, value) in settings ?? new Dictionary<string, string?>(StringComparer.Ordinal))
            this.settings[name] = value;
    }

    /// <summary>The tests of the server run once on each database: GATEPOST_TEST_STORAGE=postgres chooses the second.</summary>
    public static TestStorage Storage { get; } =
        Environment.GetEnvironmentVariable("GATEPOST_TEST_STORAGE") == "postgres" ? TestStorage.Postgres : TestStorage.Sqlite;

    public WebApplication App { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    /// <param name="clock">A clock to turn; null runs in real time.</param>
    /// <param name="settings">On top of the tests' defaults, which open the guard for loopback.</param>
    public static async Task<GatepostHost> StartAsync(TimeProvider? clock = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var host = new GatepostHost(clock, Storage == TestStorage.Postgres ? await TestDatabase.CreatePostgresAsync() : null, settings);
        await host.StartServerAsync();
        return host;
    }

    /// <summary>A node of several over one PostgreSQL database, in real time.</summary>
    public static async Task<GatepostHost> StartNodeAsync(string connectionString, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var all = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Gatepost:MasterKeys:0"] = Convert.ToBase64String(new byte[32]),
            ["Gatepost:Storage:Provider"] = "postgres",
            ["Gatepost:Storage:ConnectionString"] = connectionString,
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>(StringComparer.Ordinal))
            all[name] = value;
        var host = new GatepostHost(null, null, all);
        await host.StartServerAsync();
        return host;
    }

    /// <summary>Stops the server and starts it again on the same file.</summary>
    /// <param name="changed">Settings that are others from now on.</param>
    public async Task RestartAsync(IReadOnlyDictionary<string, string?>? changed = null)
    {
        await StopServerAsync();
        foreach (var (name, value) in changed ?? new Dictionary<string, string?>(StringComparer.Ordinal))
            settings[name] = value;
        await StartServerAsync();
    }

    /// <summary>Loses the master key for good, as an operator goes on without it: docs/operations-postgresql.md, "A lost master key".</summary>
    /// <returns>The key, base64.</returns>
    public async Task<string> LoseMasterKeyAsync()
    {
        var file = Path.Combine(folder, "master.key");
        var key = await File.ReadAllTextAsync(file);
        File.Delete(file);
        await ForgetMasterKeyAsync();
        await RestartAsync();
        return key;
    }

    /// <summary>Starts again with a key that was lost.</summary>
    public async Task BringMasterKeyBackAsync(string key)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "master.key"), key);
        await ForgetMasterKeyAsync();
        await RestartAsync();
    }

    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    public ApiUser Instance => new(this, InstanceKey, Guid.Empty);

    public Task<ApiAnswer> SendAsync(HttpRequestMessage request) => client.SendAsync(Address, request);

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await StopServerAsync();
        if (postgres is not null)
            await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task ForgetMasterKeyAsync()
    {
        if (postgres is null)
            return;
        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.ExecuteAsync("INSERT INTO master_key_check (sealed) VALUES ('') ON CONFLICT (singleton) DO UPDATE SET sealed = ''");
    }

    private async Task StartServerAsync()
    {
        App = GatepostServer.Create(["--urls", "http://127.0.0.1:0", "--environment", "Staging"], builder =>
        {
            builder.Configuration.AddInMemoryCollection(settings);
            builder.Services.AddSingleton(TextWriter.Null);
            if (clock is not null)
                builder.Services.AddSingleton(clock);
        });
        await App.StartAsync();
        Address = new Uri(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    private async Task StopServerAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await App.StopAsync(patience.Token);
        await App.DisposeAsync();
    }
}

/// <summary>What the API answered.</summary>
internal sealed record ApiAnswer(int Status, string Text, string? ContentType, string? RetryAfter)
{
    public JsonNode? Json => Text.Length == 0 ? null : JsonNode.Parse(Text);

    public Guid Id => Guid.Parse((string)Json!["id"]!, CultureInfo.InvariantCulture);

    public string? Code => (string?)Json?["code"];

    public JsonArray Data => Json!["data"]!.AsArray();

    /// <summary>The fields that a 422 names.</summary>
    public IReadOnlyList<string> FaultyFields => [.. Json!["errors"]!.AsObject().Select(e => e.Key)];
}
