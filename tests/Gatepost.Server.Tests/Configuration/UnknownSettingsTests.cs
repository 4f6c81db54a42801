using Gatepost.Server.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Server.Tests.Configuration;

public sealed class UnknownSettingsTests
{
    [Theory]
    [InlineData("Gatepost:Smpt:Host", "Gatepost__Smpt__Host")]
    [InlineData("Gatepost:DataDir", "Gatepost__DataDir")]
    [InlineData("Gatepost:KnownProxies", "Gatepost__KnownProxies")]
    public void Find_NoOptionReadsIt_IsNamed(string key, string name) => Find(key).ShouldBe([name]);

    [Theory]
    [InlineData("Gatepost:KnownProxies:0")]
    [InlineData("GATEPOST:SMTP:HOST")]
    [InlineData("Gatepost:DataDirectory")]
    [InlineData("Logging:LogLevel:Default")]
    public void Find_AnOptionReadsIt_IsNotNamed(string key) => Find(key).ShouldBeEmpty();

    private static IReadOnlyList<string> Find(string key)
    {
        var services = new ServiceCollection();
        services.AddGatepostOptions(new ConfigurationBuilder().AddInMemoryCollection([new(key, "x")]).Build());
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<UnknownSettings>().Names;
    }
}
