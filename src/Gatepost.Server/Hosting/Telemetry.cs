using Gatepost.Server.Configuration;
using Gatepost.Storage.Sql;
using Gatepost.Telemetry;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gatepost.Server.Hosting;

/// <summary>Logs as JSON lines, metrics for Prometheus, and everything over OTLP where an endpoint is set.</summary>
internal static class Telemetry
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <param name="hasStarted">Until then the host's own errors are not logged: ServeCommand says what kept it from starting.</param>
    public static void AddTelemetry(this WebApplicationBuilder builder, Func<bool> hasStarted)
    {
        builder.Logging.ClearProviders().AddJsonConsole(o => (o.UseUtcTimestamp, o.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        builder.Logging.AddConsoleFormatter<OutageFormatter, ConsoleFormatterOptions>().AddConsole(o => o.FormatterName = OutageFormatter.OwnName);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
        // Any level there makes the host start an activity and a log scope for every request; ErrorHandling logs what fails.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level > LogLevel.Error || (level >= LogLevel.Warning && hasStarted()));
        // What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say comes last, and stands.
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(r => r
            .AddService("gatepost", serviceVersion: SchemaRequirements.BinaryVersion.ToString(3)).AddEnvironmentVariableDetector());
        telemetry.WithMetrics(metrics => metrics
            .AddMeter(GatepostMeter.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddPrometheusExporter());
        builder.Services.AddHostedService<QueueGauges>();
        if (string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint]))
            return;
        telemetry
            .WithMetrics(metrics => metrics.AddOtlpExporter())
            .WithTracing(tracing => tracing.AddSource(GatepostTracing.Source.Name).AddAspNetCoreInstrumentation().AddOtlpExporter());
    }

    /// <summary><c>/metrics</c>: beside the API, or on its own address alone.</summary>
    public static void MapMetrics(this WebApplication app)
    {
        var listen = app.Services.GetRequiredService<IOptions<MetricsOptions>>().Value.Listen;
        if (string.IsNullOrEmpty(listen))
        {
            app.MapPrometheusScrapingEndpoint("/metrics").ExcludeFromDescription();
            return;
        }

        var port = new Uri(listen).Port;
        app.MapPrometheusScrapingEndpoint("/metrics").RequireHost($"*:{port}").ExcludeFromDescription();
    }

    /// <summary>The metrics address shows metrics and nothing else.</summary>
    public static void KeepMetricsApart(this WebApplication app)
    {
        var listen = app.Services.GetRequiredService<IOptions<MetricsOptions>>().Value.Listen;
        if (string.IsNullOrEmpty(listen))
            return;
        // One address named here would switch off those of --urls, so all are named.
        foreach (var url in (app.Configuration[WebHostDefaults.ServerUrlsKey] ?? "http://localhost:5000").Split(';', StringSplitOptions.RemoveEmptyEntries))
            app.Urls.Add(url);
        app.Urls.Add(listen);
        var port = new Uri(listen).Port;
        app.Use((context, next) =>
        {
            // Whatever lies below /metrics too: routing takes /metrics/ for it, and the port of RequireHost is what the client says.
            if ((context.Connection.LocalPort == port) == context.Request.Path.StartsWithSegments("/metrics"))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }
}
