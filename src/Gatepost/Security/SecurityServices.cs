using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatepost.Security;

internal static class SecurityServices
{
    /// <summary>Encryption at rest.</summary>
    /// <param name="masterKeys">Reads the configured keys, or makes the key file, when a secret is first sealed or opened.</param>
    public static IServiceCollection AddSecurity(this IServiceCollection services, Func<IServiceProvider, MasterKeys> masterKeys)
    {
        services.TryAddSingleton(masterKeys);
        services.TryAddSingleton<SecretBox>();
        return services;
    }
}
