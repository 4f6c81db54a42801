using Gatepost.Storage.Sql;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gatepost.Storage.Postgres;

internal static class PostgresStorage
{
    // Threads that wait for the server's answers must not make the others wait for the pool to grow.
    private const int Threads = 48;

    /// <summary>A PostgreSQL database that any number of nodes share.</summary>
    public static IServiceCollection AddPostgresStorage(this IServiceCollection services)
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, Threads), ports);
        services.TryAddSingleton<PostgresConnections>();
        services.TryAddSingleton(s =>
        {
            var folder = s.GetRequiredService<IOptions<DataOptions>>().Value.DataDirectory;
            return new ProcessLock(Path.Combine(Path.GetFullPath(folder), "node.lock"), folder);
        });
        services.TryAddSingleton<PostgresMigrator>();
        services.TryAddSingleton<PostgresDatabase>();
        services.TryAddSingleton<PostgresKeyCheck>();
        services.TryAddSingleton<IStorageSetup, PostgresSetup>();
        services.TryAddSingleton<Database>(s => s.GetRequiredService<PostgresDatabase>());
        services.TryAddSingleton<PostgresEventWriter>();
        services.TryAddSingleton<IEventWriter>(s => s.GetRequiredService<PostgresEventWriter>());
        services.TryAddSingleton<IEventPublisher, PostgresEventPublisher>();
        services.TryAddSingleton<PostgresAttemptRecorder>();
        services.TryAddSingleton<PostgresEpochStore>();
        services.TryAddSingleton<IEpochStore>(s => s.GetRequiredService<PostgresEpochStore>());
        services.TryAddSingleton<PostgresDeliveryQueue>();
        services.TryAddSingleton<PostgresGivenDeliveries>();
        services.TryAddSingleton<IDeliveryQueue>(s => s.GetRequiredService<PostgresDeliveryQueue>());
        services.TryAddSingleton<IRetentionStore, PostgresRetentionStore>();
        return services.AddSqlStores();
    }

    /// <summary>What makes this process a node among others; after the engine, which it leads.</summary>
    public static IServiceCollection AddPostgresNode(this IServiceCollection services)
    {
        services.TryAddSingleton<PostgresNode>();
        services.AddHostedService(s => s.GetRequiredService<PostgresNode>());
        services.AddHostedService<PostgresHintWorker>();
        services.AddHostedService<PostgresGivenWorker>();
        return services;
    }
}
