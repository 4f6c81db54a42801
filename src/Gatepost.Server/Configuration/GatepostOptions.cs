using Gatepost.Callbacks;
using Gatepost.Deliveries;
using Gatepost.Egress;
using Gatepost.Notifications;
using Gatepost.Server.Bins;
using Gatepost.Storage;
using Gatepost.Webhooks;

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
        services.Bind<CallbacksOptions>(root.GetSection(CallbacksOptions.SectionName), o => o.Faults());
        services.Bind<WebhookOptions>(root.GetSection(WebhookOptions.SectionName), o => o.Faults());
        services.Bind<SmtpOptions>(root.GetSection(SmtpOptions.SectionName), o => new SmtpOptionsValidator().Validate(null, o).Failures ?? []);
        services.Bind<MetricsOptions>(root.GetSection(MetricsOptions.SectionName), o => o.Faults());
        services.Bind<RequestBinOptions>(root.GetSection(RequestBinOptions.SectionName), _ => []);
        services.AddSingleton(s => UnknownSettings.Find(root, s.GetServices<OptionsCheck>().Select(check => (check.Type, check.Path))));
    }

    /// <summary>Every fault of every class at once; empty when the process may start.</summary>
    public static IReadOnlyList<string> Faults(IServiceProvider services) =>
        [.. services.GetServices<OptionsCheck>().SelectMany(check => check.Faults()), .. TogetherFaults(services)];

    // A key file beside one node is lost with its machine, and the other nodes do not have it.
    private static IEnumerable<string> TogetherFaults(IServiceProvider services)
    {
        if (services.GetService<IHostEnvironment>()?.IsProduction() == true
            && services.GetRequiredService<IConfiguration>().GetSection("Gatepost") is var configuration
            && configuration[$"{StorageOptions.SectionName}:{nameof(StorageOptions.Provider)}"] == StorageOptions.Postgres
            && !configuration.GetSection(nameof(ServerOptions.MasterKeys)).GetChildren().Any())
        {
            yield return "Gatepost__MasterKeys__0 is missing: with postgres in Production every node needs the same one. After a move from SQLite it is what stands in master.key in the old data directory; otherwise make one with: openssl rand -base64 32";
        }
    }

    private static void Bind<T>(this IServiceCollection services, IConfigurationSection section, Func<T, IEnumerable<string>> faults)
        where T : class, new()
    {
        services.AddOptions<T>().Bind(section);
        services.AddSingleton(new OptionsCheck(typeof(T), section.Path, () => Read(section, faults)));
    }

    // Read here rather than from IOptions: one unreadable setting must not hide the faults of the others.
    private static IEnumerable<string> Read<T>(IConfigurationSection section, Func<T, IEnumerable<string>> faults)
        where T : class, new()
    {
        var unreadable = SettingTypes.FindUnreadable<T>(section);
        var without = unreadable.Select(u => u.Setting.Path).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var readable = new ConfigurationBuilder()
            .AddInMemoryCollection(section.AsEnumerable().Where(pair => !without.Contains(pair.Key))).Build();
        var options = new T();
        readable.GetSection(section.Path).Bind(options);
        return unreadable.Select(u => u.Fault).Concat(faults(options));
    }

    /// <summary>One options class: where it is bound, and what is wrong with it.</summary>
    /// <param name="Path">Of its section, such as <c>Gatepost:Smtp</c>.</param>
    internal sealed record OptionsCheck(Type Type, string Path, Func<IEnumerable<string>> Faults);
}
