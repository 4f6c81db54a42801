using Gatepost.Deliveries;
using Gatepost.Egress;
using Gatepost.Notifications;
using Gatepost.Server.Bins;
using Gatepost.Storage;
using Gatepost.Webhooks;
using Microsoft.Extensions.Options;

namespace Gatepost.Server.Configuration;

/// <summary>Every options class, its section under <c>Gatepost</c> and its faults: one line each.</summary>
internal static class GatepostOptions
{
    public static void AddGatepostOptions(this IServiceCollection services, IConfiguration configuration)
    {
        var root = configuration.GetSection("Gatepost");
        services.Bind<ServerOptions>(root, o => o.Faults());
        services.Bind<DataOptions>(root, _ => []);
        services.Bind<StorageOptions>(root.GetSection(StorageOptions.SectionName), o => o.Faults());
        services.Bind<EgressOptions>(root.GetSection(EgressOptions.SectionName), o => o.Faults());
        services.Bind<DeliveriesOptions>(root.GetSection(DeliveriesOptions.SectionName), o => o.Faults());
        services.Bind<RetentionOptions>(root.GetSection(RetentionOptions.SectionName), o => o.Faults());
        services.Bind<WebhookOptions>(root.GetSection(WebhookOptions.SectionName), Annotated);
        services.Bind<SmtpOptions>(root.GetSection(SmtpOptions.SectionName), o => new SmtpOptionsValidator().Validate(null, o).Failures ?? []);
        services.Bind<MetricsOptions>(root.GetSection(MetricsOptions.SectionName), o => o.Faults());
        services.Bind<RequestBinOptions>(root.GetSection(RequestBinOptions.SectionName), _ => []);
    }

    /// <summary>Every fault of every class at once; empty when the process may start.</summary>
    public static IReadOnlyList<string> Faults(IServiceProvider services) =>
        [.. services.GetServices<OptionsCheck>().SelectMany(check => check.Faults(services))];

    private static void Bind<T>(this IServiceCollection services, IConfigurationSection section, Func<T, IEnumerable<string>> faults)
        where T : class
    {
        services.AddOptions<T>().Bind(section);
        services.AddSingleton(new OptionsCheck(provider => Read(provider, section.Path, faults)));
    }

    private static IEnumerable<string> Read<T>(IServiceProvider services, string path, Func<T, IEnumerable<string>> faults)
        where T : class
    {
        try
        {
            return faults(services.GetRequiredService<IOptions<T>>().Value);
        }
        catch (InvalidOperationException e)
        {
            // The binder names the key and the value that it could not convert.
            return [$"{path.Replace(":", "__", StringComparison.Ordinal)}: {e.Message}"];
        }
    }

    private static IEnumerable<string> Annotated<T>(T options)
        where T : class
    {
        var results = new List<System.ComponentModel.DataAnnotations.ValidationResult>();
        System.ComponentModel.DataAnnotations.Validator.TryValidateObject(
            options, new System.ComponentModel.DataAnnotations.ValidationContext(options), results, validateAllProperties: true);
        return results.Select(r => $"Gatepost__Webhooks: {r.ErrorMessage}");
    }

    private sealed record OptionsCheck(Func<IServiceProvider, IEnumerable<string>> Faults);
}
