using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatepost.Callbacks;

internal static class CallbackServices
{
    /// <summary>The incoming half: accounts, the inbox and its worker. Needs a store and the egress guard.</summary>
    public static IServiceCollection AddCallbacks(this IServiceCollection services)
    {
        services.TryAddSingleton<AccountSecrets>();
        services.TryAddSingleton<AccountDirectory>();
        services.TryAddSingleton<SnsCertificates>();
        services.TryAddSingleton<SubscriptionConfirmer>();
        services.TryAddSingleton<CallbackWorker>();
        services.AddHostedService(s => s.GetRequiredService<CallbackWorker>());
        return services;
    }
}
