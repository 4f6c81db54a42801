using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatepost.Tickets;

internal static class TicketServices
{
    /// <summary>The SLA clocks of tickets; needs a store.</summary>
    public static IServiceCollection AddTickets(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddHostedService<SlaWorker>();
        return services;
    }
}
