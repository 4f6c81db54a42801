using System.Text.Json;
using Gatepost.Events;
using Gatepost.Organizations;
using Gatepost.Signing;
using Gatepost.Storage;
using Gatepost.Webhooks;

namespace Gatepost.Tests.Storage;

/// <summary>What every database must do with webhooks. A subclass brings the database and a way to put rows around the webhooks.</summary>
public abstract class WebhookStoreConformance
{
    private protected static readonly DateTimeOffset Now = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    private protected abstract IWebhookStore Store { get; }

    private protected abstract Task<OrganizationRef> AddOrganizationAsync();

    private protected abstract Task<Guid> AddSurveyAsync(OrganizationRef organization);

    /// <summary>Publishes an event through the real fan-out; answers how many deliveries it made.</summary>
    private protected abstract Task<int> PublishAsync(OrganizationRef organization, EventType type, Guid? surveyId = null);

    /// <summary>As the recorder does after too many failures.</summary>
    private protected abstract Task DisableAsync(Guid webhookId);

    private protected abstract Task<long> SeqOfAsync(Guid webhookId);

    /// <summary>The webhooks that the lanes were told of.</summary>
    private protected abstract IReadOnlyCollection<long> Changed { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_EveryMember_IsFoundAgain()
    {
        var organization = await AddOrganizationAsync();
        var webhook = New(w => w with { Events = [EventType.TicketClosed, EventType.TicketCreated], RetryPolicy = [1, 2] }, "0123456789abcdef", [new("X-B", "2"), new("X-A", "1")]);

        (await Store.CreateAsync(organization, WebhookScope.Tickets, webhook, 100, Token)).IsOk.ShouldBeTrue();

        var found = (await Store.FindAsync(organization, WebhookScope.Tickets, webhook.After.Id, Token)).Value;
        ShouldEqual(found, webhook.After);
    }

    [Fact]
    public async Task FindSettings_SecretAndHeaders_AreUnsealed()
    {
        var organization = await AddOrganizationAsync();
        var webhook = await CreateAsync(organization, New(w => w with { RetryPolicy = [7] }, "a secret of mine", [new("X-B", "2"), new("X-A", "1")]));

        var settings = (await Store.FindSettingsAsync(await SeqOfAsync(webhook.Id), Token))!;

        settings.Organization.ShouldBe(organization);
        (settings.Id, settings.Name, settings.IsActive).ShouldBe((webhook.Id, webhook.Name, true));
        settings.RetryPolicy.ShouldBe([7]);
        settings.Target!.Url.AbsoluteUri.ShouldBe(webhook.Url);
        settings.Target.Signer!.Sign([]).ShouldBe(WebhookSignature.Sign([], "a secret of mine"));
        settings.Target.Headers.ShouldBe([new("X-B", "2"), new("X-A", "1")]);
    }

    [Fact]
    public async Task Find_ForeignOrganizationOrScope_IsNotFound()
    {
        var (mine, other) = (await AddOrganizationAsync(), await AddOrganizationAsync());
        var survey = WebhookScope.OfSurvey(await AddSurveyAsync(mine));
        var ofTickets = await CreateAsync(mine, New());
        var ofSurvey = await CreateAsync(mine, New(scope: survey), survey);

        await ShouldBeUnknownAsync(other, WebhookScope.Tickets, ofTickets.Id);
        await ShouldBeUnknownAsync(mine, survey, ofTickets.Id);
        await ShouldBeUnknownAsync(mine, WebhookScope.Tickets, ofSurvey.Id);
        await ShouldBeUnknownAsync(other, survey, ofSurvey.Id);
        (await Store.FindAsync(mine, survey, ofSurvey.Id, Token)).Value!.SurveyId.ShouldBe(survey.SurveyId);
    }

    [Fact]
    public async Task CreateAndList_UnknownSurvey_IsNotFound()
    {
        var (mine, other) = (await AddOrganizationAsync(), await AddOrganizationAsync());
        var foreign = WebhookScope.OfSurvey(await AddSurveyAsync(other));

        (await Store.CreateAsync(mine, foreign, New(scope: foreign), 10, Token)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await Store.ListAsync(mine, foreign, new PageRequest(50, null), Token)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
    }

    [Fact]
    public async Task Create_ManyAtOnce_NeverPassTheLimit()
    {
        var organization = await AddOrganizationAsync();
        var survey = WebhookScope.OfSurvey(await AddSurveyAsync(organization));

        var results = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => Store.CreateAsync(organization, survey, New(scope: survey), 10, Token)));

        results.Count(r => r.IsOk).ShouldBe(10);
        results.Where(r => !r.IsOk).Select(r => r.Problem!.Code).Distinct().ShouldBe(["survey_webhook_limit"]);
        await CreateAsync(organization, New());
    }

    [Fact]
    public async Task Create_AfterDeletionAtTheLimit_Fits()
    {
        var organization = await AddOrganizationAsync();
        var first = await CreateAsync(organization, New());
        (await Store.CreateAsync(organization, WebhookScope.Tickets, New(), 1, Token)).Problem!.Code.ShouldBe("ticket_webhook_limit");

        await Store.DeleteAsync(organization, WebhookScope.Tickets, first.Id, Now, Token);

        (await Store.CreateAsync(organization, WebhookScope.Tickets, New(), 1, Token)).IsOk.ShouldBeTrue();
    }

    [Fact]
    public async Task List_SeveralPages_NewestFirstOfOneScope()
    {
        var organization = await AddOrganizationAsync();
        var survey = WebhookScope.OfSurvey(await AddSurveyAsync(organization));
        await CreateAsync(organization, New(scope: survey), survey);
        var made = new List<Guid>();
        for (var i = 0; i < 3; i++)
            made.Insert(0, (await CreateAsync(organization, New())).Id);

        var first = (await Store.ListAsync(organization, WebhookScope.Tickets, new PageRequest(2, null), Token)).Value!;
        var second = (await Store.ListAsync(organization, WebhookScope.Tickets, new PageRequest(2, first.Next), Token)).Value!;

        first.Items.Concat(second.Items).Select(w => w.Id).ShouldBe(made);
        second.Next.ShouldBeNull();
    }

    [Fact]
    public async Task Change_Members_AreStoredAndTheRestStays()
    {
        var organization = await AddOrganizationAsync();
        var webhook = await CreateAsync(organization, New(secret: "a secret of mine", headers: [new("X-A", "1")]));

        var changed = await ChangeAsync(organization, webhook.Id, w => w with { Name = "New name", Events = [EventType.MessageCreated] });

        ShouldEqual(changed, webhook with { Name = "New name", Events = [EventType.MessageCreated] });
        var target = (await Store.FindSettingsAsync(await SeqOfAsync(webhook.Id), Token))!.Target!;
        target.Signer.ShouldNotBeNull();
        target.Headers.ShouldBe([new("X-A", "1")]);
    }

    [Fact]
    public async Task Change_SecretAndHeadersRemoved_AreGone()
    {
        var organization = await AddOrganizationAsync();
        var webhook = await CreateAsync(organization, New(secret: "a secret of mine", headers: [new("X-A", "1")]));

        await Store.ChangeAsync(
            organization, WebhookScope.Tickets, webhook.Id,
            stored => new WebhookChange { After = stored.Webhook with { HeaderNames = [] }, Secret = new(true, null), Headers = [] }, Token);

        var target = (await Store.FindSettingsAsync(await SeqOfAsync(webhook.Id), Token))!.Target!;
        target.Signer.ShouldBeNull();
        target.Headers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Change_Refused_ChangesNothing()
    {
        var organization = await AddOrganizationAsync();
        var webhook = await CreateAsync(organization, New());
        var told = Changed.Count;

        var refused = await Store.ChangeAsync(organization, WebhookScope.Tickets, webhook.Id, _ => Problem.Conflict("no", "No."), Token);

        refused.Problem!.Code.ShouldBe("no");
        Changed.Count.ShouldBe(told);
    }

    [Fact]
    public async Task Pause_WithWaitingDeliveries_SkipsAndCountsThem()
    {
        var organization = await AddOrganizationAsync();
        var webhook = await CreateAsync(organization, New());
        await PublishAsync(organization, EventType.TicketCreated);

        var paused = await ChangeAsync(organization, webhook.Id, w => w with { Active = false });
        await PublishAsync(organization, EventType.TicketCreated);

        paused.Status.ShouldBe(WebhookStatus.Paused);
        paused.SkippedSince.ShouldBe(1);
        (await Store.FindAsync(organization, WebhookScope.Tickets, webhook.Id, Token)).Value!.SkippedSince.ShouldBe(2);
    }

    [Fact]
    public async Task Activate_AfterDisabling_ClearsIt()
    {
        var organization = await AddOrganizationAsync();
        var webhook = await CreateAsync(organization, New());
        await DisableAsync(webhook.Id);
        var edit = new WebhookEdit(new WebhookInput { Active = new(true, true) }, null, new FaultList(), Now);
        (await Store.FindAsync(organization, WebhookScope.Tickets, webhook.Id, Token)).Value!.Status.ShouldBe(WebhookStatus.Disabled);

        var changed = (await Store.ChangeAsync(organization, WebhookScope.Tickets, webhook.Id, edit.Apply, Token)).Value!;

        ShouldEqual(changed, webhook with { UpdatedAt = Now });
    }

    [Fact]
    public async Task Change_OfEvents_ReachesTheNextFanOut()
    {
        var organization = await AddOrganizationAsync();
        var webhook = await CreateAsync(organization, New());
        (await PublishAsync(organization, EventType.TicketCreated)).ShouldBe(1);

        await ChangeAsync(organization, webhook.Id, w => w with { Events = [EventType.TicketClosed] });

        (await PublishAsync(organization, EventType.TicketCreated)).ShouldBe(0);
        (await PublishAsync(organization, EventType.TicketClosed)).ShouldBe(1);
    }

    [Fact]
    public async Task FanOut_OfASurvey_ReachesItsWebhooksOnly()
    {
        var organization = await AddOrganizationAsync();
        var (one, two) = (await AddSurveyAsync(organization), await AddSurveyAsync(organization));
        await CreateAsync(organization, New());
        await CreateAsync(organization, New(scope: WebhookScope.OfSurvey(one)), WebhookScope.OfSurvey(one));

        (await PublishAsync(organization, EventType.SurveyResponseCompleted, one)).ShouldBe(1);
        (await PublishAsync(organization, EventType.SurveyResponseCompleted, two)).ShouldBe(0);
    }

    [Fact]
    public async Task Delete_HidesItAtOnceAndTellsTheLanes()
    {
        var organization = await AddOrganizationAsync();
        var webhook = await CreateAsync(organization, New());
        var seq = await SeqOfAsync(webhook.Id);
        await PublishAsync(organization, EventType.TicketCreated);

        (await Store.DeleteAsync(organization, WebhookScope.Tickets, webhook.Id, Now, Token)).IsOk.ShouldBeTrue();

        await ShouldBeUnknownAsync(organization, WebhookScope.Tickets, webhook.Id);
        (await Store.FindSettingsAsync(seq, Token)).ShouldBeNull();
        (await PublishAsync(organization, EventType.TicketCreated)).ShouldBe(0);
        Changed.Count(s => s == seq).ShouldBe(2);
    }

    private protected async Task<Webhook> CreateAsync(OrganizationRef organization, WebhookChange webhook, WebhookScope scope = default) =>
        (await Store.CreateAsync(organization, scope, webhook, 100, Token)).Value!;

    private protected static WebhookChange New(
        Func<Webhook, Webhook>? with = null, string? secret = null, IReadOnlyList<KeyValuePair<string, string>>? headers = null, WebhookScope scope = default)
    {
        var webhook = WebhookEdit.Blank(Guid.CreateVersion7(), scope, Now).Webhook with
        {
            Name = "Orders",
            Url = "https://example.com/hook",
            HasSecret = secret is not null,
            HeaderNames = [.. (headers ?? []).Select(h => h.Key)],
        };
        if (scope == WebhookScope.Tickets)
            webhook = webhook with { Events = [EventType.TicketCreated] };
        return new WebhookChange { After = with?.Invoke(webhook) ?? webhook, Secret = new(true, secret), Headers = headers ?? [] };
    }

    private async Task<Webhook> ChangeAsync(OrganizationRef organization, Guid id, Func<Webhook, Webhook> change) =>
        (await Store.ChangeAsync(organization, WebhookScope.Tickets, id, stored => new WebhookChange { After = change(stored.Webhook) }, Token)).Value!;

    // Records compare their lists by reference.
    private static void ShouldEqual(Webhook? actual, Webhook expected) =>
        JsonSerializer.Serialize(actual).ShouldBe(JsonSerializer.Serialize(expected));

    private async Task ShouldBeUnknownAsync(OrganizationRef organization, WebhookScope scope, Guid id)
    {
        (await Store.FindAsync(organization, scope, id, Token)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await Store.ChangeAsync(organization, scope, id, s => new WebhookChange { After = s.Webhook }, Token)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await Store.DeleteAsync(organization, scope, id, Now, Token)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
    }
}
