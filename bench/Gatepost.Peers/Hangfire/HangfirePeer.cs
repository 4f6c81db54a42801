using System.Globalization;
using Hangfire;
using Hangfire.PostgreSql;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Gatepost.Peers.Hangfire;

/// <summary>
/// Hangfire on Hangfire.PostgreSql: one background job per event. The defaults of the settings are the best that was found:
/// more workers and LISTEN/NOTIFY (<c>listen</c>) cost more than they bring, the rest of the options changes little.
/// </summary>
internal sealed class HangfirePeer : IPeer
{
    private readonly IHost host;
    private readonly IBackgroundJobClient client;
    private readonly SemaphoreSlim enqueuers;

    public HangfirePeer(PeerSettings settings)
    {
        enqueuers = new SemaphoreSlim(settings.Number("enqueuers", 16));
        // Publishers block threads of the pool, and the workers' continuations need some too.
        ThreadPool.SetMinThreads(256, 256);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.AddHangfire(hangfire => Configure(hangfire, settings));
        builder.Services.AddHangfireServer(server => server.WorkerCount = settings.Number("workers", 20));
        host = builder.Build();
        client = host.Services.GetRequiredService<IBackgroundJobClient>();
    }

    public Task StartAsync() => host.StartAsync();

    public async ValueTask EnqueueAsync(WebhookDelivery delivery)
    {
        // Hangfire has no asynchronous way to enqueue. All requests at once would block as many threads and connections: a fifth more CPU.
        await enqueuers.WaitAsync();
        try
        {
            client.Enqueue(() => HangfireJob.SendAsync(delivery, CancellationToken.None));
        }
        finally
        {
            enqueuers.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        enqueuers.Dispose();
    }

    private static void Configure(IGlobalConfiguration hangfire, PeerSettings settings)
    {
        hangfire.SetDataCompatibilityLevel(CompatibilityLevel.Version_180).UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings();
        if (settings.Flag("lean", true))
            SaveStatements(hangfire);
        hangfire.UsePostgreSqlStorage(
            storage => storage.UseNpgsqlConnection(ConnectionString(settings)),
            new PostgreSqlStorageOptions
            {
                // Enqueuing wakes a worker of the same process, so polling finds nothing here: 50 ms was no faster.
                QueuePollInterval = TimeSpan.FromMilliseconds(settings.Number("poll", 1_000)),
                UseSlidingInvisibilityTimeout = settings.Flag("sliding", true),
                EnableLongPolling = settings.Flag("listen", false),
                UseNativeDatabaseTransactions = settings.Flag("native", true),
            });
    }

    // Neither the culture of a job nor continuations nor the dashboard's history is needed: 14 commits per delivery instead of 17.
    private static void SaveStatements(IGlobalConfiguration hangfire)
    {
        hangfire.UseDefaultCulture(CultureInfo.InvariantCulture, captureDefault: false);
        foreach (var filter in GlobalJobFilters.Filters.Where(f => f.Instance is not AutomaticRetryAttribute).ToArray())
            GlobalJobFilters.Filters.Remove(filter.Instance);
    }

    private static string ConnectionString(PeerSettings settings) => new NpgsqlConnectionStringBuilder(settings.ConnectionString)
    {
        MaxPoolSize = settings.Number("pool", 300),
        MaxAutoPrepare = settings.Number("prepare", 100),
        AutoPrepareMinUsages = 2,
        NoResetOnClose = settings.Flag("noreset", true),
    }.ConnectionString;
}
