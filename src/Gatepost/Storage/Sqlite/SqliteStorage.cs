using Gatepost.Storage.Sql;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatepost.Storage.Sqlite;

internal static class SqliteStorage
{
    /// <summary>The embedded database: one file, one writer.</summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services)
    {
        services.TryAddSingleton<SqliteConnections>();
        services.TryAddSingleton(s =>
        {
            var file = s.GetRequiredService<SqliteConnections>().DatabasePath;
            return new ProcessLock(file + ".lock", file);
        });
        services.TryAddSingleton<SqliteMigrator>();
        services.TryAddSingleton<IStorageSetup>(s => s.GetRequiredService<SqliteMigrator>());
        services.TryAddSingleton<SqliteReaders>();
        services.TryAddSingleton<SqliteWriter>();
        services.TryAddSingleton<SqliteDatabase>();
        services.TryAddSingleton<Database>(s => s.GetRequiredService<SqliteDatabase>());
        services.TryAddSingleton<IEventWriter, SqliteEventWriter>();
        services.TryAddSingleton<IEventPublisher, EventPublisher>();
        services.TryAddSingleton<SqliteAttemptRecorder>();
        services.TryAddSingleton<SqliteEpochStore>();
        services.TryAddSingleton<IEpochStore>(s => s.GetRequiredService<SqliteEpochStore>());
        services.TryAddSingleton<IDeliveryQueue, SqliteDeliveryQueue>();
        services.AddHostedService<SqliteCheckpointWorker>();
        services.AddHostedService<SqliteHandoverWorker>();
        return services.AddSqlStores();
    }
}
