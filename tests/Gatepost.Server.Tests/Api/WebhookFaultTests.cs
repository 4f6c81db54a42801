using System.Text.Json;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Api;

/// <summary>Bad input gets a problem that names every fault, over HTTP.</summary>
public sealed class WebhookFaultTests : HostTests
{
    [Fact]
    public async Task CreateSurveyWebhook_TheEleventh_IsConflict()
    {
        var survey = await User.NewSurveyAsync();
        var body = new { name = "w", url = "https://127.0.0.1/" };
        for (var i = 0; i < 10; i++)
            (await User.PostAsync($"/v1/surveys/{survey}/webhooks", body)).Status.ShouldBe(201);

        var eleventh = await User.PostAsync($"/v1/surveys/{survey}/webhooks", body);

        (eleventh.Status, eleventh.Code, eleventh.ContentType).ShouldBe((409, "survey_webhook_limit", "application/problem+json"));
    }

    [Theory]
    [InlineData("/v1/events", false)]
    [InlineData("/bin/mine", true)]
    public async Task CreateTicketWebhook_WhereWeListen_IsRefusedButForARequestBin(string path, bool isTaken)
    {
        var answer = await User.PostAsync("/v1/ticket-webhooks", new { name = "w", url = new Uri(Host.Address, path), events = new[] { "ticket.created" } });

        if (isTaken)
            answer.Status.ShouldBe(201, answer.Text);
        else
            (answer.Status, answer.FaultyFields.Single()).ShouldBe((422, "url"));
    }

    [Fact]
    public async Task CreateTicketWebhook_EverythingWrong_NamesEveryFault()
    {
        var answer = await User.PostAsync("/v1/ticket-webhooks", new
        {
            name = new string('x', 201),
            url = "https://example.com/" + new string('x', 1_981),
            events = Array.Empty<string>(),
            secret = new string('x', 15),
            retryPolicy = Enumerable.Repeat(1, 11),
            headers = new Dictionary<string, string> { ["X-Split"] = "a\r\nb" },
        });

        (answer.Status, answer.Code, answer.ContentType).ShouldBe((422, "validation_failed", "application/problem+json"));
        answer.FaultyFields.ShouldBe(["name", "url", "events", "secret", "retryPolicy", "headers.X-Split"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("secret", "501 characters")]
    [InlineData("events", "51 entries")]
    public async Task CreateTicketWebhook_OneFault_HasItsCode(string field, string what)
    {
        object value = what == "501 characters" ? new string('x', 501) : Enumerable.Repeat("ticket.created", 51);
        var body = new Dictionary<string, object> { ["name"] = "w", ["url"] = "https://127.0.0.1/", ["events"] = new[] { "ticket.created" }, [field] = value };

        var answer = await User.PostAsync("/v1/ticket-webhooks", JsonSerializer.Serialize(body));

        answer.Status.ShouldBe(422);
        answer.FaultyFields.ShouldContain(field);
    }

    [Theory]
    [InlineData("""{"name":"w","url":"https://127.0.0.1/","events":["ticket.created"],"colour":"red"}""", "unknown_member")]
    [InlineData("""{"name":"w","name":"v","url":"https://127.0.0.1/","events":["ticket.created"]}""", "duplicate_member")]
    [InlineData("""{"name":"w",""", "malformed_json")]
    [InlineData("""{"name":1}""", "wrong_type")]
    [InlineData("""[]""", "wrong_type")]
    [InlineData("""null""", "malformed_json")]
    public async Task CreateTicketWebhook_UnreadableBody_IsMalformed(string body, string code)
    {
        var answer = await User.PostAsync("/v1/ticket-webhooks", body);

        (answer.Status, answer.Code, answer.ContentType).ShouldBe((400, code, "application/problem+json"));
    }

    [Theory]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://localhost/")]
    [InlineData("https://tickets.internal/")]
    [InlineData("https://printer.local/")]
    [InlineData("https://api.default.svc/")]
    [InlineData("ftp://example.com/")]
    [InlineData("https://user:pass@example.com/")]
    public async Task CreateTicketWebhook_TargetInside_IsRefusedWithTheReason(string url)
    {
        var answer = await User.PostAsync("/v1/ticket-webhooks", new { name = "w", url, events = new[] { "ticket.created" } });

        (answer.Status, answer.Code).ShouldBe((422, "url_not_allowed"));
        ((string)answer.Json!["errors"]!["url"]![0]!["message"]!).Length.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task PatchWebhook_Headers_MergesAndNeverShowsValues()
    {
        var webhook = await User.NewTicketWebhookAsync(new Uri("https://127.0.0.1/"), new { headers = new { A = "1", B = "2" } });

        var merged = await User.PatchAsync($"/v1/ticket-webhooks/{webhook}", """{"headers":{"A":null,"C":"3"}}""");
        var removed = await User.PatchAsync($"/v1/ticket-webhooks/{webhook}", """{"headers":null,"secret":null}""");

        merged.Json!["headers"]!.ToJsonString().ShouldBe("""{"B":null,"C":null}""");
        removed.Json!["headers"]!.AsObject().ShouldBeEmpty();
        ((bool)removed.Json!["hasSecret"]!).ShouldBeFalse();
        merged.Text.ShouldNotContain(ApiUser.Secret);
    }

    [Fact]
    public async Task DeleteWebhook_WithDeliveries_HidesItsLogAtOnce()
    {
        await using var receiver = await Receiver.StartAsync();
        var webhook = await User.NewTicketWebhookAsync(receiver.Url);
        await User.NewTicketAsync();
        await receiver.WaitForAsync(1);

        (await User.DeleteAsync($"/v1/ticket-webhooks/{webhook}")).Status.ShouldBe(204);

        (await User.GetAsync("/v1/deliveries")).Data.ShouldBeEmpty();
        (await User.GetAsync($"/v1/ticket-webhooks/{webhook}")).Status.ShouldBe(404);
    }
}
