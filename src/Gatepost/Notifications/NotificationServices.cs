using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gatepost.Notifications;

internal static class NotificationServices
{
    /// <summary>Mail of notifications; needs a store. The section <see cref="SmtpOptions.SectionName"/> is bound by the host.</summary>
    public static IServiceCollection AddNotifications(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SmtpOptions>, SmtpOptionsValidator>());
        services.AddHostedService<MailWorker>();
        return services;
    }
}
