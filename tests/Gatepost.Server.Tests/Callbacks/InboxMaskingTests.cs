using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Gatepost.Organizations;
using Gatepost.Storage;
using Gatepost.Storage.Sql;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>What the inbox shows of a request that carried a secret.</summary>
public sealed class InboxMaskingTests : IAsyncLifetime
{
    private readonly HttpClient client = new();
    private GatepostHost host = null!;
    private ApiUser user = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await GatepostHost.StartAsync();
        user = await host.NewOrganizationAsync();
        await user.NewTicketAsync();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Find_HeaderThatCarriesTheSecret_IsMasked()
    {
        var shown = await ReceiveAsync("Subject: Hello\r\nMessage-ID: <1@customer.test>");

        ((string?)shown["headers"]!["X-Token"], (string?)shown["headers"]!["X-Envelope-To"]).ShouldBe(("***", "help@example.com"));
        shown.ToJsonString().ShouldNotContain("a-token-of-the-tests");
    }

    [Fact]
    public async Task Store_RequestThatCarriesSecrets_KeepsNoneAndCanBeProcessedAgain()
    {
        var before = await ReceiveAsync("Subject: Hello\r\nMessage-ID: <1@customer.test>");

        var file = await host.Get<Database>().ReadAsync(
            c => c.QuerySingle<string>("SELECT c.url || c.headers || a.public_url FROM callbacks c JOIN provider_accounts a ON a.seq = c.account_seq"), Token);

        file.ShouldNotContain("a-token-of-the-tests");
        file.ShouldNotContain("a-password-of-the-tests");
        file.ShouldNotContain("Basic ");
        await user.PostAsync($"/v1/callbacks/{before["id"]}/reprocess");
        (await ProcessedAsync((string)before["id"]!))["effects"]!.ToJsonString().ShouldBe(before["effects"]!.ToJsonString());
    }

    [Fact]
    public async Task PublicUrl_WithAPassword_IsShownMaskedAndKeepsItWhenSentBack()
    {
        var shown = await ReceiveAsync("Subject: Hello\r\nMessage-ID: <1@customer.test>");
        var path = $"/v1/provider-accounts/{shown["accountId"]}";

        var account = (await user.PatchAsync(path, new { publicUrl = "https://***@mail.example.com/other" })).Json!;

        ((string)account["publicUrl"]!, (string)shown["url"]!).ShouldBe(("https://***@mail.example.com/other", "https://***@mail.example.com/in"));
        var stored = await host.Get<IProviderAccountStore>().FindAsync(await OrganizationAsync(), Guid.Parse((string)account["id"]!), Token);
        stored!.PublicUrl.ShouldBe("https://us:a-password-of-the-tests@mail.example.com/other");
    }

    private async Task<OrganizationRef> OrganizationAsync() => await host.Get<Database>().ReadAsync(
        c => new OrganizationRef(c.ExecuteScalar<long>("SELECT organization_seq FROM callbacks"), user.OrganizationId), Token);

    private async Task<JsonNode> ReceiveAsync(string headers)
    {
        var account = (await user.PostAsync(
            "/v1/provider-accounts",
            new
            {
                provider = "mime",
                name = "Mail",
                publicUrl = "https://us:a-password-of-the-tests@mail.example.com/in",
                credentials = new { headers = new[] { new { name = "X-Token", value = "a-token-of-the-tests" } } },
            })).Json!;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Address, new Uri((string)account["callbackUrls"]!["inbound-email"]!).AbsolutePath));
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes($"From: ada@example.com\r\nTo: help@example.com\r\n{headers}\r\n\r\nHello\r\n"));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("message/rfc822");
        request.Headers.Add("X-Token", "a-token-of-the-tests");
        request.Headers.Add("X-Proxy-Copy", "Bearer a-token-of-the-tests");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("us:a-password-of-the-tests"u8));
        request.Headers.Add("X-Envelope-To", "help@example.com");
        using var answer = await client.SendAsync(request, Token);
        answer.EnsureSuccessStatusCode();
        return await ProcessedAsync((string)(await user.GetAsync("/v1/callbacks?limit=1")).Data.Single()!["id"]!);
    }

    private async Task<JsonNode> ProcessedAsync(string id) =>
        (await Eventually.GetAsync(async () => (await user.GetAsync($"/v1/callbacks/{id}")).Json, c => (string)c!["status"]! != "received"))!;
}
