using Gatepost.Egress;
using Gatepost.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatepost.Deliveries;

internal static class DeliveryServices
{
    /// <summary>The engine: lanes, their feeder, the sender and what keeps the log.</summary>
    public static IServiceCollection AddDeliveries(this IServiceCollection services)
    {
        services.TryAddSingleton<IJitter, RandomJitter>();
        services.TryAddSingleton<ShardMap>();
        services.TryAddSingleton<DeliveryLanes>();
        services.TryAddSingleton<IDeliveryHandover>(s => s.GetRequiredService<DeliveryLanes>());
        services.TryAddSingleton(s =>
        {
            // The host makes its services before it starts the first: without the lock a second process would empty the first one's journal.
            s.GetService<ProcessLock>();
            return new InFlightJournal(
                Path.Combine(s.GetRequiredService<IOptions<DataOptions>>().Value.DataDirectory, "in-flight.journal"),
                s.GetRequiredService<IOptions<DeliveriesOptions>>().Value.MaxConcurrency);
        });
        services.TryAddSingleton(s => new AttemptSender(
            s.GetRequiredService<EgressHandler>(),
            TimeSpan.FromSeconds(s.GetRequiredService<IOptions<DeliveriesOptions>>().Value.TimeoutSeconds),
            s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(s =>
        {
            var queue = s.GetRequiredService<IDeliveryQueue>();
            return new AttemptRecorder(
                attempts => queue.RecordAsync(attempts, CancellationToken.None),
                queue.Linger,
                s.GetRequiredService<DeliveryLanes>().Written,
                s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<AttemptRecorder>>());
        });
        services.TryAddSingleton<DeliveryWorker>();
        services.AddHostedService<DeliveryService>();
        services.AddHostedService<LaneFeeder>();
        services.AddHostedService<SuspectWorker>();
        services.AddHostedService<SkipWorker>();
        services.AddHostedService<ReplayWorker>();
        services.AddHostedService<RetentionWorker>();
        return services;
    }
}
