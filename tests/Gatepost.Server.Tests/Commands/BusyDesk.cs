using System.Text;
using System.Text.Json.Nodes;
using Gatepost.Server.Tests.Callbacks;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Commands;

/// <summary>An organization that has used everything, and where nothing is under way any more.</summary>
internal sealed class BusyDesk(ServerProcess server, ApiUser user)
{
    public const string IdempotencyKey = "the-first-ticket";
    private static readonly object FirstTicket = new { subject = "The printer is on fire", requester = new { email = "ada@example.com" } };
    private readonly ApiUser instance = new(server, GatepostHost.InstanceKey, Guid.Empty);
    private Guid ticket;
    private Guid survey;

    public async Task FillAsync(Receiver good, Receiver bad)
    {
        await instance.PostAsync($"/v1/organizations/{user.OrganizationId}/admins", new { email = "night@example.com" });
        var webhook = await user.NewTicketWebhookAsync(good.Url, new { events = new[] { "ticket.created", "message.created" }, headers = new Dictionary<string, string> { ["X-Tenant"] = "1" } });
        var waiting = await user.NewTicketWebhookAsync(bad.Url, new { retryPolicy = new[] { 3600 } });
        await user.NewTicketWebhookAsync(bad.Url, new { retryPolicy = Array.Empty<int>() });
        await user.NewTicketWebhookAsync(good.Url, new { active = false });
        ticket = (await AddFirstTicketAsync()).Id;
        await user.PostAsync($"/v1/tickets/{ticket}/messages", new { direction = "outbound", channel = "email", body = "We are on our way. \U0001F525" });
        await FillSurveyAsync(good);
        await FillInboxAsync();
        await user.PostAsync($"/v1/webhooks/{webhook}/test");
        await user.NewTicketAsync("Another one");
        await SettleAsync();
        await user.PostAsync($"/v1/deliveries/{(await user.DeliveriesAsync(waiting))[0]["id"]}/cancel");
        await DisableAsync(good);
    }

    /// <summary>With an Idempotency-Key: the second time it is the same ticket.</summary>
    public Task<ApiAnswer> AddFirstTicketAsync() => user.PostAsync("/v1/tickets", FirstTicket, IdempotencyKey);

    /// <summary>All that the API says of it.</summary>
    public async Task<string> DescribeAsync()
    {
        var text = new StringBuilder();
        string[] lists =
        [
            "tickets", $"tickets/{ticket}/messages", "surveys", $"surveys/{survey}/responses", $"surveys/{survey}/webhooks", "ticket-webhooks", "events",
            "provider-accounts", "notifications", "deliveries", "callbacks", "messages",
        ];
        foreach (var list in lists)
        {
            var all = await user.AllAsync($"/v1/{list}");
            all.ShouldNotBeEmpty(list);
            foreach (var one in all)
                text.AppendLine(list is "deliveries" or "callbacks" or "messages" ? (await user.GetAsync($"/v1/{list}/{one["id"]}")).Text : one.ToJsonString());
        }

        text.AppendLine((await instance.GetAsync($"/v1/organizations/{user.OrganizationId}/admins")).Text);
        return text.ToString();
    }

    /// <summary>The statuses that its deliveries have.</summary>
    public async Task<IReadOnlyList<string>> StatusesAsync() => [.. (await user.AllAsync("/v1/deliveries")).Select(d => (string)d["status"]!).Distinct().Order(StringComparer.Ordinal)];

    private async Task FillSurveyAsync(Receiver good)
    {
        survey = await user.NewSurveyAsync();
        await user.PostAsync($"/v1/surveys/{survey}/webhooks", new { name = "s", url = good.Url });
        await user.PostAsync($"/v1/surveys/{survey}/responses", new { answers = new { score = new { value = 9 } } });
    }

    private async Task FillInboxAsync()
    {
        var (twilio, mail) = (await TwilioCaller.NewAsync(server, user), await MailCaller.NewAsync(server, user));
        await user.NewMessageAsync("sms", "twilio", "SM1", TwilioCaller.Customer, ticket);
        await twilio.TellSmsStatusAsync("SM1", "delivered");
        await twilio.BringSmsAsync("SM2", "Hello");
        const string Headers = "Subject: My bill\r\nMessage-ID: <1@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b";
        var parts = $"--b\r\nContent-Type: text/plain\r\n\r\nIt is too high.\r\n--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=bill.csv\r\n\r\n{new string('x', 100_000)}\r\n--b--";
        await mail.BringAsync("help@example.com", Headers, parts);
        await user.ProcessedCallbacksAsync(3);
    }

    // 410 disables at once, and tells the admins.
    private async Task DisableAsync(Receiver gone)
    {
        gone.Status = 410;
        var webhook = await user.NewTicketWebhookAsync(gone.Url, new { events = new[] { "ticket.status_changed" } });
        await user.PatchAsync($"/v1/tickets/{ticket}", new { status = "resolved" });
        await Eventually.GetAsync(() => user.WebhookAsync(webhook), w => (string)w["status"]! == "disabled");
        gone.Status = 200;
        await SettleAsync();
    }

    private async Task SettleAsync() => await Eventually.GetAsync(() => user.AllAsync("/v1/deliveries"), all => all.All(IsSettled));

    private static bool IsSettled(JsonNode delivery) => (string)delivery["status"]! is not "sending" && ((string)delivery["status"]! is not "pending" || (int)delivery["attemptCount"]! > 0);
}
