using Gatepost.Server.Auth;
using Gatepost.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Time.Testing;

namespace Gatepost.Server.Tests.Api;

/// <summary>Who may see what.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task EveryRouteWithAnId_KeyOfAnotherOrganization_Is404()
    {
        await using var host = await GatepostHost.StartAsync();
        var owner = await host.NewOrganizationAsync();
        var ids = await MakeOneOfEachAsync(owner);
        var stranger = await host.NewOrganizationAsync("Strangers");
        var routes = host.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(r => r.Metadata.GetMetadata<RouteScopeMetadata>() is not null && r.RoutePattern.Parameters.Count > 0).ToList();

        foreach (var route in routes)
        {
            var method = route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods[0];
            var path = Fill(route.RoutePattern, ids);

            var answer = await host.SendAsync(new HttpMethod(method), path, stranger.Key, method == "GET" || method == "DELETE" ? null : "{}");

            answer.Status.ShouldBe(404, $"{method} {path}: {answer.Text}");
        }

        routes.Count.ShouldBeGreaterThan(25);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("gp_org_of-nobody")]
    public async Task AnyRoute_WithoutAValidKey_Is401(string? key)
    {
        await using var host = await GatepostHost.StartAsync();

        var answer = await host.SendAsync(HttpMethod.Get, "/v1/tickets", key, null);

        (answer.Status, answer.Code, answer.ContentType).ShouldBe((401, "invalid_api_key", "application/problem+json"));
    }

    [Theory]
    [InlineData("/V1/organizations")]
    [InlineData("/%561/organizations")]
    [InlineData("/V1/event-types")]
    public async Task PathInOtherCase_WithoutAKey_Is401(string path)
    {
        await using var host = await GatepostHost.StartAsync();

        var answer = await host.SendAsync(HttpMethod.Get, path, null, null);

        (answer.Status, answer.Code).ShouldBe((401, "invalid_api_key"));
    }

    [Fact]
    public async Task WrongKeys_ThirtyAMinute_ThrottleOnlyFurtherFailures()
    {
        await using var host = await GatepostHost.StartAsync(new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(55)));
        for (var i = 0; i < 30; i++)
            (await host.SendAsync(HttpMethod.Get, "/v1/tickets", "wrong", null)).Status.ShouldBe(401);

        var throttled = await host.SendAsync(HttpMethod.Get, "/v1/tickets", "wrong", null);

        throttled.Status.ShouldBe(429);
        throttled.RetryAfter.ShouldNotBeNull();
        (await host.Instance.GetAsync("/v1/organizations")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task InstanceKey_OrganizationRoute_NeedsTheHeader()
    {
        await using var host = await GatepostHost.StartAsync();
        var user = await host.NewOrganizationAsync();
        var header = new Dictionary<string, string> { ["Gatepost-Organization"] = user.OrganizationId.ToString() };

        (await host.Instance.GetAsync("/v1/tickets")).Code.ShouldBe("organization_required");
        (await host.SendAsync(HttpMethod.Get, "/v1/tickets", GatepostHost.InstanceKey, null, header)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task OrganizationKey_AnotherOrganizationInTheHeader_Is404()
    {
        await using var host = await GatepostHost.StartAsync();
        var user = await host.NewOrganizationAsync();
        var other = await host.NewOrganizationAsync("Other");
        var header = new Dictionary<string, string> { ["Gatepost-Organization"] = other.OrganizationId.ToString() };

        (await host.SendAsync(HttpMethod.Get, "/v1/tickets", user.Key, null, header)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task RevokeKey_ThenUseIt_Is401()
    {
        await using var host = await GatepostHost.StartAsync();
        var user = await host.NewOrganizationAsync();
        var key = (await user.GetAsync($"/v1/organizations/{user.OrganizationId}/api-keys")).Data[0]!["id"];

        (await host.Instance.DeleteAsync($"/v1/organizations/{user.OrganizationId}/api-keys/{key}")).Status.ShouldBe(204);

        (await user.GetAsync("/v1/tickets")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task DeleteOrganization_ItsKey_Is401()
    {
        await using var host = await GatepostHost.StartAsync();
        var user = await host.NewOrganizationAsync();

        (await host.Instance.DeleteAsync($"/v1/organizations/{user.OrganizationId}")).Status.ShouldBe(204);

        (await user.GetAsync("/v1/tickets")).Status.ShouldBe(401);
    }

    // The parameter's name and its resource say which of the owner's things it names.
    private static async Task<Dictionary<string, string>> MakeOneOfEachAsync(ApiUser owner)
    {
        await using var receiver = await Receiver.StartAsync();
        var organization = owner.OrganizationId;
        var webhook = await owner.NewTicketWebhookAsync(receiver.Url);
        var ticket = await owner.NewTicketAsync();
        var survey = await owner.NewSurveyAsync();
        await receiver.WaitForAsync(1);
        var delivery = (await owner.DeliveriesAsync(webhook))[0];
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["organizations"] = organization.ToString(),
            ["api-keys"] = (string)(await owner.GetAsync($"/v1/organizations/{organization}/api-keys")).Data[0]!["id"]!,
            ["admins"] = (await owner.PostAsync($"/v1/organizations/{organization}/admins", new { email = "a@example.com" })).Id.ToString(),
            ["tickets"] = ticket.ToString(),
            ["tickets/messages"] = (await owner.PostAsync($"/v1/tickets/{ticket}/messages", new { body = "x", direction = "note" })).Id.ToString(),
            ["attachments"] = ticket.ToString(), // only inbound mail makes one
            ["surveys"] = survey.ToString(),
            ["responses"] = (await owner.PostAsync($"/v1/surveys/{survey}/responses", new { answers = new { score = new { value = 9 } } })).Id.ToString(),
            ["surveys/webhooks"] = (await owner.PostAsync($"/v1/surveys/{survey}/webhooks", new { name = "s", url = receiver.Url })).Id.ToString(),
            ["ticket-webhooks"] = webhook.ToString(),
            ["webhooks"] = webhook.ToString(),
            ["deliveries"] = (string)delivery["id"]!,
            ["events"] = (string)delivery["eventId"]!,
            ["replays"] = (await owner.PostAsync($"/v1/webhooks/{webhook}/recover", new { since = DateTimeOffset.UnixEpoch })).Id.ToString(),
            ["messages"] = (await owner.PostAsync("/v1/messages", new { channel = "sms", provider = "twilio", providerMessageId = "SM1", to = "+15005550006" })).Id.ToString(),
            ["provider-accounts"] = (await owner.PostAsync("/v1/provider-accounts", new { provider = "twilio", name = "t", credentials = new { secrets = new[] { new string('a', 32) } } })).Id.ToString(),
            ["callbacks"] = Guid.CreateVersion7().ToString(),
            ["notifications"] = Guid.CreateVersion7().ToString(),
        };
    }

    private static string Fill(Microsoft.AspNetCore.Routing.Patterns.RoutePattern pattern, Dictionary<string, string> ids)
    {
        var path = new List<string>();
        foreach (var segment in pattern.PathSegments)
        {
            var part = segment.Parts[0];
            if (part is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal)
                path.Add(literal.Content);
            else
                path.Add(ids.GetValueOrDefault($"{path[1]}/{path[^1]}") ?? ids[path[^1]]);
        }

        return "/" + string.Join('/', path);
    }
}
