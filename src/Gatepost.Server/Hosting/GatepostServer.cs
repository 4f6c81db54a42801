using Gatepost.Callbacks;
using Gatepost.Deliveries;
using Gatepost.Egress;
using Gatepost.Notifications;
using Gatepost.Security;
using Gatepost.Server.Api;
using Gatepost.Server.Auth;
using Gatepost.Server.Bins;
using Gatepost.Server.Callbacks;
using Gatepost.Server.Configuration;
using Gatepost.Server.OpenApi;
using Gatepost.Storage;
using Gatepost.Storage.Postgres;
using Gatepost.Storage.Sqlite;
using Gatepost.Tickets;
using Gatepost.Webhooks;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gatepost.Server.Hosting;

/// <summary>Puts the process together: services, then the way of a request.</summary>
internal static class GatepostServer
{
    private const int MaxRequestBody = 1024 * 1024;

    /// <param name="adjust">Replaces services before the defaults are added; tests inject their clock here.</param>
    /// <exception cref="SettingsException">Settings are wrong; it names all of them.</exception>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        // Nothing reads a setting twice, and the watcher would look at every write below the working folder.
        var builder = WebApplication.CreateBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
        adjust?.Invoke(builder);
        WebApplication? app = null;
        builder.AddTelemetry(() => app?.Lifetime.ApplicationStarted.IsCancellationRequested == true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBody;
        });
        AddServices(builder);
        app = builder.Build();
        // Before anything reads a setting.
        if (GatepostOptions.Faults(app.Services) is { Count: > 0 } faults)
            throw new SettingsException(faults);
        UsePipeline(app);
        return app;
    }

    private static void AddServices(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var isPostgres = builder.Configuration[$"Gatepost:{StorageOptions.SectionName}:{nameof(StorageOptions.Provider)}"] == StorageOptions.Postgres;
        services.TryAddSingleton(isPostgres ? new DatabaseClock() : TimeProvider.System);
        services.TryAddSingleton(Console.Out);
        services.AddGatepostOptions(builder.Configuration);
        // What the listener gives slow clients: above what attempts in flight get, and below the 30 s of process managers by
        // enough to write down what was interrupted.
        services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(27));
        services.AddHostedService<StartUp>();
        services.AddSecurity(s => new MasterKeys(
            s.GetRequiredService<IOptions<ServerOptions>>().Value.MasterKeys, s.GetRequiredService<IOptions<DataOptions>>().Value.DataDirectory));
        if (isPostgres)
            services.AddPostgresStorage();
        else
            services.AddSqliteStorage();
        services.AddEgress();
        services.AddTickets();
        services.AddWebhooks();
        services.AddDeliveries();
        if (isPostgres)
            services.AddPostgresNode();
        services.AddNotifications();
        services.AddCallbacks();
        services.AddSingleton<CallbackReceiver>();
        services.AddSingleton<RefusedLog>();
        services.AddSingleton<BodyRoom>();
        services.AddSingleton<CallbackAddress>();
        services.AddOptions<PublicAddress>().Configure<IOptions<ServerOptions>>((address, server) => address.BaseUrl = server.Value.PublicBaseUrl);
        services.AddSingleton<KeyDirectory>();
        services.AddSingleton<FailureThrottle>();
        services.AddSingleton<RequestBins>();
        services.ConfigureHttpJsonOptions(o => ApiJson.CopyTo(o.SerializerOptions));
        services.AddApiDocument();
    }

    private static void UsePipeline(WebApplication app)
    {
        app.UseMiddleware<ErrorHandling>();
        var server = app.Services.GetRequiredService<IOptions<ServerOptions>>().Value;
        // Without known proxies nothing is believed, not even from loopback.
        if (server.KnownProxies.Count > 0)
            app.UseForwardedHeaders(Forwarded(server));
        app.KeepMetricsApart();
        app.UseRouting();
        app.UseMiddleware<Authentication>();
        app.UseMiddleware<Idempotency>();
        app.MapRoutes();
        app.MapApiDocument();
        app.MapGet("/", () => Results.Redirect("docs")).ExcludeFromDescription();
        app.MapHealth();
        app.MapMetrics();
    }

    private static ForwardedHeadersOptions Forwarded(ServerOptions server)
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in server.KnownProxies.Select(EgressOptions.ParseNetwork).OfType<System.Net.IPNetwork>())
            options.KnownIPNetworks.Add(network);
        return options;
    }
}
