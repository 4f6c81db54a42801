using System.Security.Cryptography.X509Certificates;
using Gatepost.Bench.Postgres;

namespace Gatepost.Bench;

/// <summary>What every scenario stands on: a receiver, the ceiling, and a server's folder and settings. Leaves nothing behind.</summary>
internal sealed class Workbench : IAsyncDisposable
{
    private readonly X509Certificate2 certificate;
    private readonly string? logs;

    private Workbench(BenchOptions options, X509Certificate2 certificate, Receiver receiver, ServerSettings settings, BenchPostgres? postgres)
    {
        this.certificate = certificate;
        logs = options.Logs;
        Postgres = postgres;
        Receiver = receiver;
        Settings = settings;
        Ceiling = new Ceiling(receiver, settings);
        Api = new GatepostApi(settings);
    }

    public Receiver Receiver { get; }

    public ServerSettings Settings { get; }

    public Ceiling Ceiling { get; }

    public GatepostApi Api { get; }

    /// <summary>Null when the server keeps everything in a file.</summary>
    public BenchPostgres? Postgres { get; }

    /// <summary>What our helpers have used so far: the ceiling's sender and a PostgreSQL server of our own.</summary>
    public TimeSpan CpuTime => Ceiling.CpuTime + (Postgres?.Meter.CpuTime ?? TimeSpan.Zero);

    public string Host => Settings.Address.ToString();

    public static async Task<Workbench> SetUpAsync(BenchOptions options, CancellationToken cancellation, bool needsServer = true)
    {
        var binary = needsServer ? await ServerBinary.FindAsync(options.Server, cancellation) : "";
        var postgres = needsServer && options.Storage == BenchPostgres.Provider ? await BenchPostgres.StartAsync(options) : null;
        var connection = postgres is null ? options.ConnectionString : await postgres.AddDatabaseAsync();
        var certificate = BenchCertificate.Create();
        return new Workbench(
            options, certificate, await Receiver.StartAsync(certificate), new ServerSettings(binary, options, certificate, connection), postgres);
    }

    /// <summary>A new ledger and a client that publishes into it.</summary>
    public (Ledger Ledger, LoadClient Load) Open(int webhooks, int firstWebhook = 0)
    {
        var ledger = Receiver.Open(webhooks, firstWebhook);
        return (ledger, new LoadClient(Settings.Address, ledger));
    }

    /// <returns>The key of a new organization with this many webhooks, numbered from 0.</returns>
    public async Task<string> AddOrganizationAsync(
        string name, int webhooks, Func<int, string> url, CancellationToken cancellation, int[]? retryPolicy = null)
    {
        var key = await Api.AddOrganizationAsync(name, cancellation);
        for (var i = 0; i < webhooks; i++)
            await Api.AddWebhookAsync(key, url(i), retryPolicy, cancellation);
        return key;
    }

    /// <summary>Two short tries first: the second is compiled and connected.</summary>
    public async Task<double> ShortCeilingAsync(CancellationToken cancellation)
    {
        await Ceiling.MeasureAsync(false, TimeSpan.FromSeconds(1), cancellation);
        return await Ceiling.MeasureAsync(false, TimeSpan.FromSeconds(2), cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        Ceiling.Dispose();
        await Receiver.DisposeAsync();
        Api.Dispose();
        if (logs is not null)
            KeepLogs(Directory.CreateDirectory(logs));
        Settings.Dispose();
        if (Postgres is not null)
            await Postgres.DisposeAsync();
        certificate.Dispose();
    }

    private void KeepLogs(DirectoryInfo to)
    {
        foreach (var log in Directory.EnumerateFiles(Settings.Folder, ServerSettings.LogName, SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(Path.GetDirectoryName(Settings.Folder)!, log).Replace(Path.DirectorySeparatorChar, '-');
            File.Copy(log, Path.Combine(to.FullName, name), overwrite: true);
        }

        if (Postgres?.Cluster is { } cluster)
            File.WriteAllText(Path.Combine(to.FullName, $"postgres-{cluster.Port}.log"), cluster.ReadLog());
    }
}
