using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatepost.Security;

internal static class SecurityServices
{
    /// <summary>Encryption at rest. Secrets of older keys are sealed anew in the stores that say they are an <see cref="Storage.ISealedStore"/>.</summary>
    /// <param name="masterKeys">Reads the configured keys, or makes the key file, when a secret is first sealed or opened.</param>
    public static IServiceCollection AddSecurity(this IServiceCollection services, Func<IServiceProvider, MasterKeys> masterKeys)
    {
        services.TryAddSingleton(masterKeys);
        services.TryAddSingleton<SecretBox>();
        services.AddHostedService<ResealWorker>();
        return services;
    }
}
