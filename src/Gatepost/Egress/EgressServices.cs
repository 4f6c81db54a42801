using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatepost.Egress;

internal static class EgressServices
{
    public static IServiceCollection AddEgress(this IServiceCollection services)
    {
        services.TryAddSingleton<INameResolver, SystemNameResolver>();
        services.TryAddSingleton<OwnAddresses>();
        services.TryAddSingleton<EgressGuard>();
        services.TryAddSingleton<EgressHandler>();
        return services;
    }
}
