using Gatepost.Deliveries;
using Gatepost.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gatepost.Webhooks;

internal static class WebhookServices
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.TryAddSingleton(s =>
        {
            var options = s.GetRequiredService<IOptions<DeliveriesOptions>>().Value;
            return new DisablePolicy(options.DisableAfterConsecutiveFailures, TimeSpan.FromSeconds(options.DisableAfterFailingSeconds));
        });
        services.TryAddSingleton<WebhookSecrets>();
        services.TryAddSingleton<WebhookEditor>();
        services.TryAddSingleton(s => new WebhookTargets(s.GetRequiredService<IWebhookStore>().FindSettingsAsync));
        return services;
    }
}
