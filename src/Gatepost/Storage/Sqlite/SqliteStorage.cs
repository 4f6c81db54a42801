using Gatepost.Callbacks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatepost.Storage.Sqlite;

internal static class SqliteStorage
{
    /// <summary>The embedded database: one file, one writer, one line per store.</summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services)
    {
        services.TryAddSingleton<SqliteConnections>();
        services.TryAddSingleton<SqliteLock>();
        services.TryAddSingleton<SqliteMigrator>();
        services.TryAddSingleton<SqliteReaders>();
        services.TryAddSingleton<SqliteWriter>();
        services.TryAddSingleton<SqliteDatabase>();
        services.TryAddSingleton<SqliteEventWriter>();
        services.TryAddSingleton<Epoch>();
        services.TryAddSingleton<SqliteWebhookHealth>();
        services.TryAddSingleton<SqliteAttemptRecorder>();
        services.TryAddSingleton<IOrganizationStore, SqliteOrganizationStore>();
        services.TryAddSingleton<IEpochStore, SqliteEpochStore>();
        services.TryAddSingleton<IStorageStatus, SqliteStatus>();
        services.TryAddSingleton<IIdempotencyStore, SqliteIdempotencyStore>();
        services.TryAddSingleton<IDeliveryQueue, SqliteDeliveryQueue>();
        services.TryAddSingleton<IDeliveryStore, SqliteDeliveryStore>();
        services.TryAddSingleton<IWebhookStore, SqliteWebhookStore>();
        services.TryAddSingleton<SqliteReplayFeed>();
        services.TryAddSingleton<IReplayStore, SqliteReplayStore>();
        services.TryAddSingleton<IEventStore, SqliteEventStore>();
        services.TryAddSingleton<INotificationStore, SqliteNotificationStore>();
        services.TryAddSingleton<SqliteNotificationWriter>();
        services.TryAddSingleton<SqliteTicketWriter>();
        services.TryAddSingleton<ITicketStore, SqliteTicketStore>();
        services.TryAddSingleton<ISlaStore, SqliteSlaStore>();
        services.TryAddSingleton<IRetentionStore, SqliteRetentionStore>();
        services.TryAddSingleton<IProviderAccountStore, SqliteProviderAccountStore>();
        services.TryAddSingleton<SqliteCallbackEffects>();
        services.TryAddSingleton<SqliteInboundWriter>();
        services.TryAddSingleton<ICallbackStore, SqliteCallbackStore>();
        services.TryAddSingleton<ISurveyStore, SqliteSurveyStore>();
        services.TryAddSingleton<ISurveyResponseStore, SqliteSurveyResponseStore>();
        services.TryAddSingleton<SqliteInboundMailStore>();
        services.TryAddSingleton<IInboundMailStore>(s => s.GetRequiredService<SqliteInboundMailStore>());
        services.TryAddSingleton<IMailReportSink, SqliteMailReports>();
        services.TryAddSingleton<SqliteTicketIntake>();
        services.TryAddSingleton<SqliteMailIntake>();
        services.TryAddSingleton<SqliteChatIntake>();
        services.TryAddSingleton<IMessageStore, SqliteMessageStore>();
        services.AddSingleton<ISealedStore>(s => s.GetRequiredService<IWebhookStore>());
        services.AddSingleton<ISealedStore>(s => s.GetRequiredService<IProviderAccountStore>());
        services.AddSingleton<ISealedStore>(s => s.GetRequiredService<IInboundMailStore>());
        services.AddHostedService<SqliteCheckpointWorker>();
        return services;
    }
}
