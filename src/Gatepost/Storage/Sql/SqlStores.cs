using Gatepost.Callbacks;
using Gatepost.Deliveries;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatepost.Storage.Sql;

internal static class SqlStores
{
    /// <summary>The stores that both databases share, one line each; what differs is registered beside them.</summary>
    public static IServiceCollection AddSqlStores(this IServiceCollection services)
    {
        services.TryAddSingleton<Epoch>();
        services.TryAddSingleton<NodeIdentity>();
        services.TryAddSingleton<ShardMap>();
        services.TryAddSingleton<WebhookHealth>();
        services.TryAddSingleton<FailureRecorder>();
        services.TryAddSingleton<IOrganizationStore, OrganizationStore>();
        services.TryAddSingleton<IStorageStatus, StorageStatus>();
        services.TryAddSingleton<IIdempotencyStore, IdempotencyStore>();
        services.TryAddSingleton<IDeliveryStore, DeliveryStore>();
        services.TryAddSingleton<IWebhookStore, WebhookStore>();
        services.TryAddSingleton<ReplayFeed>();
        services.TryAddSingleton<IReplayStore, ReplayStore>();
        services.TryAddSingleton<IEventStore, EventStore>();
        services.TryAddSingleton<INotificationStore, NotificationStore>();
        services.TryAddSingleton<NotificationWriter>();
        services.TryAddSingleton<TicketWriter>();
        services.TryAddSingleton<ITicketStore, TicketStore>();
        services.TryAddSingleton<ISlaStore, SlaStore>();
        services.TryAddSingleton<IRetentionStore, RetentionStore>();
        services.TryAddSingleton<IProviderAccountStore, ProviderAccountStore>();
        services.TryAddSingleton<CallbackEffects>();
        services.TryAddSingleton<InboundWriter>();
        services.TryAddSingleton<ICallbackStore, CallbackStore>();
        services.TryAddSingleton<ISurveyStore, SurveyStore>();
        services.TryAddSingleton<ISurveyResponseStore, SurveyResponseStore>();
        services.TryAddSingleton<InboundMailStore>();
        services.TryAddSingleton<IInboundMailStore>(s => s.GetRequiredService<InboundMailStore>());
        services.TryAddSingleton<IMailReportSink, MailReports>();
        services.TryAddSingleton<TicketIntake>();
        services.TryAddSingleton<MailIntake>();
        services.TryAddSingleton<ChatIntake>();
        services.TryAddSingleton<IMessageStore, MessageStore>();
        services.AddSingleton<ISealedStore>(s => s.GetRequiredService<IWebhookStore>());
        services.AddSingleton<ISealedStore>(s => s.GetRequiredService<IProviderAccountStore>());
        services.AddSingleton<ISealedStore>(s => s.GetRequiredService<IInboundMailStore>());
        return services;
    }
}
