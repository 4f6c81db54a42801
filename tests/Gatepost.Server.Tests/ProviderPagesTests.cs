using System.Text.RegularExpressions;
using Gatepost.Providers;
using Gatepost.Testing;

namespace Gatepost.Server.Tests;

/// <summary>docs/providers has a page for every account type: the same outline, an account that the API takes, and the URLs that it answers.</summary>
public sealed partial class ProviderPagesTests(ProviderPagesTests.Host host) : IClassFixture<ProviderPagesTests.Host>
{
    private static readonly string[] Outline =
        ["Set up", "Account", "What is verified", "What is not signed", "Answers", "Statuses", "Good to know"];

    public static TheoryData<string> AccountTypes => [.. ProviderCatalog.All.Select(p => p.Name).Distinct()];

    [Theory]
    [MemberData(nameof(AccountTypes))]
    public void Page_OfAProvider_HasTheOutline(string provider) =>
        Heading().Matches(Page(provider)).Select(h => h.Groups[1].Value).ShouldBe(Outline);

    [Theory]
    [MemberData(nameof(AccountTypes))]
    public async Task Page_OfAProvider_ShowsAnAccountThatWorks(string provider)
    {
        var account = Account().Match(Page(provider)).Groups[1].Value;

        var answer = await host.User.PostAsync("/v1/provider-accounts", account);

        answer.Status.ShouldBe(201, answer.Text);
        ((string?)answer.Json!["provider"]).ShouldBe(provider);
        var shown = Url().Matches(Page(provider)).Select(u => u.Groups[1].Value).Distinct();
        shown.ShouldBe(answer.Json["callbackUrls"]!.AsObject().Select(u => u.Key), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(AccountTypes))]
    public void Page_OfAProvider_NamesItsLimit(string provider)
    {
        var bytes = ProviderCatalog.All.First(p => p.Name == provider).MaxBodyBytes;

        Page(provider).ShouldContain($"| largest body | {(bytes < 1 << 20 ? $"{bytes >> 10} KiB" : $"{bytes >> 20} MiB")}");
    }

    [Fact]
    public void Index_Rows_AreTheCatalog() =>
        Row().Matches(Page("README")).Select(r => (Page: r.Groups[1].Value, Type: r.Groups[2].Value, Routes: r.Groups[3].Value))
            .ShouldBe(ProviderCatalog.All.Select(p => ($"{p.Name}.md", p.Name, string.Join(", ", p.Routes.Select(r => $"`{r}`")))), ignoreOrder: true);

    private static string Page(string name) => File.ReadAllText(Pages.Find($"docs/providers/{name}.md"));

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^## Account\n\n```json\n(.+?)```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Account();

    [GeneratedRegex(@"https://your-host/callbacks/\{token\}/([a-z/-]+)")]
    private static partial Regex Url();

    [GeneratedRegex(@"^\| .*\[[^\]]+\]\(([a-z-]+\.md)\).*? \| `([a-z-]+)` \| (.+?) \| ", RegexOptions.Multiline)]
    private static partial Regex Row();

    public sealed class Host : IAsyncLifetime
    {
        private GatepostHost host = null!;

        internal ApiUser User { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            host = await GatepostHost.StartAsync();
            User = await host.NewOrganizationAsync();
        }

        public ValueTask DisposeAsync() => host.DisposeAsync();
    }
}
