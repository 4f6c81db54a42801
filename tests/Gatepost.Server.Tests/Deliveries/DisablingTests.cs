using System.Text.RegularExpressions;
using Dapper;
using Gatepost.Storage.Sql;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Deliveries;

/// <summary>What happens to a webhook that does not answer, and the way back.</summary>
public sealed class DisablingTests
{
    [Fact]
    public async Task TenFailuresInARow_DisableSkipNotifyAndRecover()
    {
        using var certificate = new TestCertificate();
        await using var smtp = await SmtpServerProcess.StartAsync(certificate);
        await using var host = await GatepostHost.StartAsync(settings: SmtpSettings(smtp, certificate));
        await using var receiver = await Receiver.StartAsync();
        receiver.Status = 500;
        var user = await host.NewOrganizationAsync();
        await user.PostAsync($"/v1/organizations/{user.OrganizationId}/admins", new { email = "night@example.com" });
        var webhook = await user.NewTicketWebhookAsync(receiver.Url, new { retryPolicy = Array.Empty<int>() });

        for (var i = 0; i < 12; i++)
            await user.NewTicketAsync();

        var disabled = await Eventually.GetAsync(() => user.WebhookAsync(webhook), w => (string)w["status"]! == "disabled");
        ((string)disabled["disabledReason"]!).ShouldBe("consecutive_failures");
        await user.NewTicketAsync("After it was disabled");
        await Eventually.GetAsync(() => user.DeliveriesAsync(webhook), all => all.All(d => (string)d["status"]! is "failed" or "skipped") && all.Count == 13);
        var notification = (string)(await user.GetAsync("/v1/notifications")).Data.ShouldHaveSingleItem()!["text"]!;
        var since = Regex.Match(notification, "\"since\": \"([^\"]+)\"").Groups[1].Value;
        var mail = await smtp.ReceiveAsync();
        (mail.WasEncrypted, mail.To[0]).ShouldBe((true, "night@example.com"));
        mail.Message.TextBody!.ShouldContain(webhook.ToString());

        receiver.Status = 200;
        await user.PatchAsync($"/v1/ticket-webhooks/{webhook}", new { active = true });
        var job = await user.PostAsync($"/v1/webhooks/{webhook}/recover", new { since });

        job.Status.ShouldBe(202);
        var done = await Eventually.GetAsync(async () => (await user.GetAsync($"/v1/replays/{job.Id}")).Json!, r => (string)r["status"]! == "completed");
        ((int)done["total"]!, (int)done["done"]!, (int)done["succeeded"]!, (int)done["failed"]!).ShouldBe((13, 13, 13, 0));
        (await user.DeliveriesAsync(webhook)).ShouldAllBe(d => (string)d["status"]! == "succeeded");
    }

    [Fact]
    public async Task Answer_410_DisablesAtOnce()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Status = 410;
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url);

        await user.NewTicketAsync();

        var disabled = await Eventually.GetAsync(() => user.WebhookAsync(webhook), w => (string)w["status"]! == "disabled");
        ((string)disabled["disabledReason"]!).ShouldBe("gone");
        ((string)(await user.DeliveriesAsync(webhook))[0]["status"]!).ShouldBe("skipped");
    }

    [Fact]
    public async Task Pause_WaitingDeliveries_AreSkippedAndCounted()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Status = 500;
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url);
        await user.NewTicketAsync();
        await Eventually.GetAsync(async () => (await user.DeliveriesAsync(webhook))[0], d => d["nextAttemptAt"] is not null);

        var paused = await user.PatchAsync($"/v1/ticket-webhooks/{webhook}", new { active = false });
        await user.NewTicketAsync();

        ((string)paused.Json!["status"]!).ShouldBe("paused");
        (await user.DeliveriesAsync(webhook)).ShouldAllBe(d => (string)d["status"]! == "skipped");
        ((int)(await user.WebhookAsync(webhook))["skippedSince"]!).ShouldBe(2);
    }

    [Fact]
    public async Task Recover_DryRun_CountsAndSendsNothing()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url, new { active = false });
        await user.NewTicketAsync();

        var answer = await user.PostAsync($"/v1/webhooks/{webhook}/recover", new { since = DateTimeOffset.UnixEpoch, dryRun = true });

        ((int)answer.Json!["total"]!).ShouldBe(1);
        receiver.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Recover_EventDatedByAClockThatIsAhead_IsTaken()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url, new { active = false });
        await user.NewTicketAsync();
        await host.Get<Database>().WriteAsync(s => s.Connection.Execute("UPDATE deliveries SET created_at = created_at + 5000"), TestContext.Current.CancellationToken);

        var job = await user.PostAsync($"/v1/webhooks/{webhook}/recover", new { since = DateTimeOffset.UnixEpoch });

        ((int)job.Json!["total"]!, (string)job.Json!["status"]!).ShouldBe((1, "running"));
    }

    [Fact]
    public async Task Recover_SinceThatIsNoInstant_IsRefusedByName()
    {
        await using var host = await GatepostHost.StartAsync();
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(new Uri("http://127.0.0.1:9/"));

        var answer = await user.PostAsync($"/v1/webhooks/{webhook}/recover", new { since = "yesterday" });

        (answer.Status, answer.Code, answer.FaultyFields.Single()).ShouldBe((422, "invalid_instant", "since"));
    }

    [Fact]
    public async Task Recover_AnotherWasCutOffWhileItWasPrepared_IsNotInTheWayForLong()
    {
        await using var host = await GatepostHost.StartAsync();
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(new Uri("http://127.0.0.1:9/"), new { active = false });
        await host.Get<Database>().WriteAsync(
            s => s.Connection.Execute(
                "INSERT INTO replays (id, organization_seq, webhook_seq, status, total, created_at) SELECT @id, organization_seq, seq, 'preparing', 0, @at FROM webhooks",
                new { id = Guid.NewGuid(), at = DateTimeOffset.UtcNow.AddMinutes(-2) }),
            TestContext.Current.CancellationToken);

        (await user.PostAsync($"/v1/webhooks/{webhook}/recover", new { since = DateTimeOffset.UnixEpoch })).Status.ShouldBe(202);
    }

    [Fact]
    public async Task Recover_OnlyATestFailed_HasNothingToSendAndIsDone()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Status = 500;
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url, new { active = false });
        await user.PostAsync($"/v1/webhooks/{webhook}/test");

        var count = await user.PostAsync($"/v1/webhooks/{webhook}/recover", new { since = DateTimeOffset.UnixEpoch, dryRun = true });
        var job = await user.PostAsync($"/v1/webhooks/{webhook}/recover", new { since = DateTimeOffset.UnixEpoch });

        ((int)count.Json!["total"]!).ShouldBe(0);
        ((int)job.Json!["total"]!, (string)job.Json!["status"]!).ShouldBe((0, "completed"));
        job.Json!["completedAt"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Recover_SinceInTheFuture_IsRefused()
    {
        await using var host = await GatepostHost.StartAsync();
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(new Uri("http://127.0.0.1:9/"));

        var answer = await user.PostAsync($"/v1/webhooks/{webhook}/recover", new { since = "2999-01-01T00:00:00.000Z" });

        (answer.Status, answer.Code).ShouldBe((422, "out_of_range"));
    }

    [Fact]
    public async Task CancelReplay_WhileTheWebhookIsOff_EndsIt()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url, new { active = false });
        await user.NewTicketAsync();
        var job = await user.PostAsync($"/v1/webhooks/{webhook}/recover", new { since = DateTimeOffset.UnixEpoch });

        var canceled = await user.DeleteAsync($"/v1/replays/{job.Id}");

        ((string)canceled.Json!["status"]!).ShouldBe("canceled");
        (await user.PostAsync($"/v1/webhooks/{webhook}/recover", new { since = DateTimeOffset.UnixEpoch })).Status.ShouldBe(202);
    }

    [Fact]
    public async Task CancelReplay_WhileADeliveryWaitsForItsRetry_LeavesItFailed()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Status = 500;
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url, new { retryPolicy = Array.Empty<int>() });
        await user.NewTicketAsync();
        await Eventually.GetAsync(async () => (await user.DeliveriesAsync(webhook))[0], d => (string)d["status"]! == "failed");
        await user.PatchAsync($"/v1/ticket-webhooks/{webhook}", new { retryPolicy = new[] { 600 } });
        var job = await user.PostAsync($"/v1/webhooks/{webhook}/recover", new { since = DateTimeOffset.UnixEpoch });
        await Eventually.GetAsync(async () => (await user.DeliveriesAsync(webhook))[0], d => d["nextAttemptAt"] is not null && (int)d["attemptCount"]! == 2);

        await user.DeleteAsync($"/v1/replays/{job.Id}");

        ((string)(await user.DeliveriesAsync(webhook))[0]["status"]!).ShouldBe("failed");
    }

    [Fact]
    public async Task CancelReplay_WhileMostOfItWaitsInTheLane_SendsNoMoreOfIt()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var answer = new TaskCompletionSource();
        receiver.AnswerAfter = answer.Task;
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url, new { active = false });
        for (var i = 0; i < 30; i++)
            await user.NewTicketAsync();
        await user.PatchAsync($"/v1/ticket-webhooks/{webhook}", new { active = true });
        var job = await user.PostAsync($"/v1/webhooks/{webhook}/recover", new { since = DateTimeOffset.UnixEpoch });
        await receiver.WaitForAsync(8);

        ((string)(await user.DeleteAsync($"/v1/replays/{job.Id}")).Json!["status"]!).ShouldBe("canceled");

        await Eventually.GetAsync(() => user.DeliveriesAsync(webhook), all => all.Count(d => (string)d["status"]! == "skipped") == 22);
        answer.SetResult();
        await Eventually.GetAsync(() => user.DeliveriesAsync(webhook), all => all.Count(d => (string)d["status"]! == "succeeded") == 8);
        receiver.Requests.Count.ShouldBe(8);
    }

    [Fact]
    public async Task TenthFailure_ManyMoreAreQueued_NoFurtherAttemptStarts()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Status = 500;
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url, new { retryPolicy = new[] { 600 } });

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => user.NewTicketAsync()));

        await Eventually.GetAsync(() => user.DeliveriesAsync(webhook), all => all.Count == 40 && all.All(d => (string)d["status"]! == "skipped"));
        // Eight were in flight when the first failed, and then one at a time.
        receiver.Requests.Count.ShouldBeInRange(10, 17);
        ((int)(await user.WebhookAsync(webhook))["skippedSince"]!).ShouldBe(40);
    }

    [Fact]
    public async Task Redeliver_OfASkippedOneFails_IsNotCountedAsSkippedAgain()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Status = 500;
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url, new { active = false });
        await user.NewTicketAsync();
        var skipped = (await user.DeliveriesAsync(webhook))[0];

        await user.PostAsync($"/v1/deliveries/{skipped["id"]}/redeliver");

        await Eventually.GetAsync(async () => (await user.DeliveriesAsync(webhook))[0], d => (int)d["attemptCount"]! == 1 && (string)d["status"]! == "skipped");
        ((int)(await user.WebhookAsync(webhook))["skippedSince"]!).ShouldBe(1);
    }

    [Fact]
    public async Task LastAttemptFailsAndDisables_TheDeliveryIsFailedNotSkipped()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Status = 410;
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url, new { retryPolicy = Array.Empty<int>() });

        await user.NewTicketAsync();

        await Eventually.GetAsync(async () => (await user.DeliveriesAsync(webhook))[0], d => (string)d["status"]! == "failed");
        ((string)(await user.WebhookAsync(webhook))["status"]!).ShouldBe("disabled");
    }

    [Fact]
    public async Task Recover_FailedTest_IsNotSentAgain()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Status = 500;
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url);
        ((string)(await user.PostAsync($"/v1/webhooks/{webhook}/test")).Json!["status"]!).ShouldBe("failed");

        var answer = await user.PostAsync($"/v1/webhooks/{webhook}/recover", new { since = DateTimeOffset.UnixEpoch, dryRun = true });

        ((int)answer.Json!["total"]!).ShouldBe(0);
    }

    private static Dictionary<string, string?> SmtpSettings(SmtpServerProcess smtp, TestCertificate certificate) => new(StringComparer.Ordinal)
    {
        ["Gatepost:Smtp:Host"] = "localhost",
        ["Gatepost:Smtp:Port"] = smtp.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Gatepost:Smtp:From"] = "gatepost@example.com",
        ["Gatepost:Smtp:Security"] = "starttls",
        ["Gatepost:Smtp:TrustedCertificates"] = certificate.CertificatePath,
    };
}
