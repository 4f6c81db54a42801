using JasperFx.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Wolverine;
using Wolverine.ErrorHandling;
using Wolverine.Postgresql;
using Wolverine.Runtime;

namespace Gatepost.Peers.Wolverine;

/// <summary>
/// Wolverine's durable local queue on PostgreSQL: one message per event. The defaults of the settings are the best that was found:
/// fewer messages at once and smaller batches cost it CPU; a partitioned inbox costs the database more than it saves.
/// </summary>
internal sealed class WolverinePeer : IPeer
{
    private static readonly int[] RetrySeconds = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000];

    private readonly IHost host;

    public WolverinePeer(PeerSettings settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.UseWolverine(options => Configure(options, settings));
        builder.Services.AddResourceSetupOnStartup();
        host = builder.Build();
    }

    public Task StartAsync() => host.StartAsync();

    public ValueTask EnqueueAsync(WebhookDelivery delivery) =>
        new MessageBus(host.Services.GetRequiredService<IWolverineRuntime>()).PublishAsync(delivery);

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    private static void Configure(WolverineOptions options, PeerSettings settings)
    {
        options.UseRuntimeCompilation();
        options.PersistMessagesWithPostgresql(new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            MaxPoolSize = settings.Number("pool", 100),
            MaxAutoPrepare = settings.Number("prepare", 100),
            NoResetOnClose = settings.Flag("noreset", true),
        }.ConnectionString);
        options.Policies.UseDurableLocalQueues();
        options.LocalQueueFor<WebhookDelivery>().UseDurableInbox().MaximumParallelMessages(settings.Number("parallel", 128));
        options.OnException<HttpRequestException>().ScheduleRetry(
            [.. RetrySeconds.Select(s => TimeSpan.FromSeconds(s))]);
        options.Durability.StoreIncomingBatchSize = settings.Number("store", 500);
        options.Durability.MarkAsHandledBatchSize = settings.Number("mark", 500);
        options.Durability.EnableInboxPartitioning = settings.Flag("partition", false);
        // One node: no leader is to be elected.
        if (settings.Flag("solo", true))
            options.Durability.Mode = DurabilityMode.Solo;
    }
}
