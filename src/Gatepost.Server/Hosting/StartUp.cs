using System.Net;
using Gatepost.Egress;
using Gatepost.Server.Auth;
using Gatepost.Server.Configuration;
using Gatepost.Storage;
using Gatepost.Storage.Sql;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Gatepost.Server.Hosting;

/// <summary>What must be true before anything else starts: the file is ours, its schema is this binary's, and somebody has a key.</summary>
internal sealed partial class StartUp(
    IServiceProvider services, IOptions<ServerOptions> server, IOptions<EgressOptions> egress, TextWriter console, ILogger<StartUp> logger) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var name in services.GetRequiredService<UnknownSettings>().Names)
            Log.UnknownSetting(logger, name);
        services.GetRequiredService<ProcessLock>();
        await services.GetRequiredService<IStorageSetup>().PrepareAsync(cancellationToken);
        var key = await BootstrapKey.EnsureAsync(services.GetRequiredService<IOrganizationStore>(), server.Value.BootstrapKey, cancellationToken);
        if (key is not null)
        {
            await console.WriteLineAsync(
                $"""

                Instance key (shown only now, keep it safe):

                    {key}

                Make an organization with it: POST /v1/organizations. The reference is at /docs.

                """);
        }

        var options = egress.Value;
        if (options.AllowHttp || options.AllowedNetworks.Count > 0 || options.AllowedHosts.Count > 0)
            Log.GuardOpened(logger, options.AllowHttp, string.Join(", ", options.AllowedNetworks), string.Join(", ", options.AllowedHosts));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var urls = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var addresses = string.Join(", ", urls);
        services.GetRequiredService<OwnAddresses>().ListenOn(urls.SelectMany(ToEndPoints));
        var place = services.GetRequiredService<IStorageSetup>().Place;
        var version = SchemaRequirements.BinaryVersion.ToString(3);
        Log.Started(logger, version, addresses, place);
        return Task.CompletedTask;
    }

    // Kestrel takes any name but localhost for all addresses.
    private static IEnumerable<IPEndPoint> ToEndPoints(string url)
    {
        var address = BindingAddress.Parse(url);
        if (address.Host == "localhost")
            return [new(IPAddress.Loopback, address.Port), new(IPAddress.IPv6Loopback, address.Port)];
        return [new(IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip : IPAddress.IPv6Any, address.Port)];
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Log.Stopped(logger);
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Gatepost {Version} listens on {Addresses}, with its data in {Place}")]
        public static partial void Started(ILogger logger, string version, string addresses, string place);

        [LoggerMessage(Level = LogLevel.Information, Message = "Gatepost has stopped")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The setting {Name} is not known and is ignored; check its spelling in docs/configuration.md")]
        public static partial void UnknownSetting(ILogger logger, string name);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The egress guard has exceptions: http {AllowHttp}, networks [{Networks}], hosts [{Hosts}]. Never in production with customers' URLs")]
        public static partial void GuardOpened(ILogger logger, bool allowHttp, string networks, string hosts);
    }
}
