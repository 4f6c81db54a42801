using Gatepost.Server.Configuration;
using Gatepost.Server.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Server.Tests.Configuration;

/// <summary>Wrong settings stop the start, and one message names all of them by the key that the operator wrote.</summary>
public sealed class OptionsFaultTests
{
    [Fact]
    public void Faults_NothingIsSet_AreNone() => Faults().ShouldBeEmpty();

    [Fact]
    public void Faults_EachSectionHasSome_AllAreNamed()
    {
        var faults = Faults(
            ("BootstrapKey", "short"), ("MasterKeys:0", "AAAA"), ("PublicBaseUrl", "gatepost.example.com"), ("KnownProxies:0", "proxy"),
            ("Storage:Provider", "oracle"), ("Egress:AllowedNetworks:0", "office"), ("Egress:TrustedCertificates", "/no/such.pem"),
            ("Deliveries:TimeoutSeconds", "31"), ("Deliveries:MaxConcurrency", "0"), ("Deliveries:DefaultRetryPolicy:0", "0"),
            ("Retention:PayloadDays", "91"), ("Webhooks:MaxPerOrganization", "0"), ("Smtp:Host", "mail.example.com"), ("Metrics:Listen", "9464"));

        Keys(faults).ShouldBe(
            [
                "Gatepost__BootstrapKey", "Gatepost__MasterKeys__0", "Gatepost__PublicBaseUrl", "Gatepost__KnownProxies__0",
                "Gatepost__Storage__Provider", "Gatepost__Egress__AllowedNetworks__0", "Gatepost__Egress__TrustedCertificates",
                "Gatepost__Deliveries__TimeoutSeconds", "Gatepost__Deliveries__MaxConcurrency", "Gatepost__Deliveries__DefaultRetryPolicy",
                "Gatepost__Retention__DeliveryDays", "Gatepost__Webhooks__MaxPerOrganization", "Gatepost__Smtp__From", "Gatepost__Metrics__Listen",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public void Faults_SomeCannotBeRead_TheOthersAreNamedToo()
    {
        var faults = Faults(
            ("Deliveries:TimeoutSeconds", "soon"), ("Deliveries:MaxConcurrency", "0"), ("Deliveries:DefaultRetryPolicy:1", "5s"),
            ("Smtp:Host", "mail.example.com"), ("Smtp:Security", "ssl"), ("RequestBin:Enabled", "maybe"), ("Egress:AllowHttp", ""));

        Keys(faults).ShouldBe(
            [
                "Gatepost__Deliveries__TimeoutSeconds", "Gatepost__Deliveries__MaxConcurrency", "Gatepost__Deliveries__DefaultRetryPolicy__1",
                "Gatepost__Smtp__Security", "Gatepost__Smtp__From", "Gatepost__RequestBin__Enabled", "Gatepost__Egress__AllowHttp",
            ],
            ignoreOrder: true);
    }

    [Theory]
    [InlineData("Deliveries:TimeoutSeconds", "soon", "Gatepost__Deliveries__TimeoutSeconds 'soon' must be a whole number.")]
    [InlineData("RequestBin:Enabled", "maybe", "Gatepost__RequestBin__Enabled 'maybe' must be true or false.")]
    [InlineData("Smtp:Security", "ssl", "Gatepost__Smtp__Security 'ssl' must be one of none, starttls, tls.")]
    public void Faults_CannotBeRead_SaysWhatItMustBe(string key, string value, string fault) =>
        Faults((key, value)).ShouldHaveSingleItem().ShouldBe(fault);

    [Theory]
    [InlineData("Smtp:Security", "starttls")]
    [InlineData("Smtp:Port", "")]
    [InlineData("RequestBin:Enabled", "TRUE")]
    [InlineData("Smtp:Host", "")]
    public void Faults_CanBeRead_AreNone(string key, string value) => Faults((key, value)).ShouldBeEmpty();

    [Theory]
    [InlineData("BootstrapKey", "0123456789abcdef0123456789abcdef\n")]
    [InlineData("BootstrapKey", "0123456789abcdef 0123456789abcdef")]
    [InlineData("BootstrapKey", "0123456789abcdef0123456789abcdéf")]
    [InlineData("Storage:ConnectionString", "Host=db;Username=gatepost")]
    [InlineData("Storage:ConnectionString", ":memory:")]
    [InlineData("Storage:ConnectionString", "Data Source=x;Mode=Memory")]
    [InlineData("Egress:TrustedCertificates", "/etc/passwd")]
    public void Faults_CouldNeverWork_IsNamed(string key, string value) =>
        Keys(Faults((key, value))).ShouldBe([$"Gatepost__{key.Replace(":", "__", StringComparison.Ordinal)}"]);

    [Fact]
    public void Faults_BootstrapKey_HasBound()
    {
        Faults(("BootstrapKey", new string('x', 256))).ShouldBeEmpty();
        Faults(("BootstrapKey", new string('x', 257))).ShouldHaveSingleItem();
    }

    [Fact]
    public void Create_WrongSettings_SaysAllInOneMessage()
    {
        var e = Should.Throw<SettingsException>(() => GatepostServer.Create(
            ["--Gatepost:RequestBin:Enabled=maybe", "--Gatepost:Metrics:Listen=9464", "--Gatepost:Smtp:Host=mail.example.com"]));

        e.Message.ShouldContain("Gatepost__RequestBin__Enabled");
        e.Message.ShouldContain("Gatepost__Metrics__Listen");
        e.Message.ShouldContain("Gatepost__Smtp__From");
    }

    private static IReadOnlyList<string> Faults(params IEnumerable<(string Key, string Value)> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Gatepost:{s.Key}", (string?)s.Value))).Build();
        var services = new ServiceCollection();
        services.AddGatepostOptions(configuration);
        using var provider = services.BuildServiceProvider();
        return GatepostOptions.Faults(provider);
    }

    private static IEnumerable<string> Keys(IEnumerable<string> faults) => faults.Select(f => f.Split(' ', ':')[0]);
}
