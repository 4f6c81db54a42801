using Gatepost.Callbacks;
using Gatepost.Messages;
using Gatepost.Organizations;
using Gatepost.Providers;
using Gatepost.Storage;
using static Gatepost.Providers.MessageStatus;

namespace Gatepost.Tests.Storage;

/// <summary>What every database must do with outbound messages and what is heard of them.</summary>
public abstract class MessageStoreConformance
{
    private protected static readonly DateTimeOffset Now = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    private protected abstract IMessageStore Store { get; }

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Task<OrganizationRef> AddOrganizationAsync();

    private protected abstract Task<CallbackEffect> ApplyAsync(CallbackSource source, CallbackEvent e);

    private protected abstract Task<CallbackEffect> ReportAsync(CallbackSource source, MessageReport report);

    /// <summary>channel, address and fact, in this order.</summary>
    private protected abstract Task<IReadOnlyList<string>> ReadFactsAsync(OrganizationRef organization);

    [Fact]
    public async Task Register_EveryMember_IsFoundAgain()
    {
        var organization = await AddOrganizationAsync();
        var message = Message() with { From = "+15550199", Reference = "ours" };

        var registered = (await Store.RegisterAsync(organization, message, Token)).Value!;

        registered.Message.ShouldBe(message);
        registered.History.ShouldBeEmpty();
        (await FindAsync(organization, message.Id)).Message.ShouldBe(message);
        (await Store.FindAsync(await AddOrganizationAsync(), message.Id, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Register_UnknownTicketAndSurvey_NamesBoth()
    {
        var message = Message() with { TicketId = Guid.CreateVersion7(), SurveyId = Guid.CreateVersion7() };

        var problem = (await Store.RegisterAsync(await AddOrganizationAsync(), message, Token)).Problem!;

        problem.Kind.ShouldBe(ProblemKind.Invalid);
        problem.Errors!.Keys.ShouldBe(["ticketId", "surveyId"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("sendgrid", "abc", "ada@example.com", "abc.filter0001.1", "Ada@example.com", true)]
    [InlineData("sendgrid", "abc", "ada@example.com", "abc", "bob@example.com", false)]
    [InlineData("twilio", "SM1", "+15550100", "SM2", "+15550100", false)]
    public async Task Register_Twice_IsRefusedWhereItIsTheSame(string provider, string id, string to, string otherId, string otherTo, bool same)
    {
        var organization = await AddOrganizationAsync();
        await RegisterAsync(organization, Message(id, to, provider));

        var again = await Store.RegisterAsync(organization, Message(otherId, otherTo, provider), Token);

        again.Problem?.Code.ShouldBe("message_exists");
        again.IsOk.ShouldBe(!same);
    }

    [Fact]
    public async Task List_SeveralPages_NewestFirst()
    {
        var organization = await AddOrganizationAsync();
        for (var i = 0; i < 3; i++)
            await RegisterAsync(organization, Message($"SM{i}"));

        var first = await Store.ListAsync(organization, new PageRequest(2, null), Token);
        var second = await Store.ListAsync(organization, new PageRequest(2, first.Next), Token);

        first.Items.Concat(second.Items).Select(m => m.ProviderMessageId).ShouldBe(["SM2", "SM1", "SM0"]);
        second.Next.ShouldBeNull();
    }

    [Fact]
    public async Task Apply_ToARegisteredMessage_MovesItOnAndKeepsAll()
    {
        var organization = await AddOrganizationAsync();
        var message = await RegisterAsync(organization, Message());

        await ApplyAsync(organization, Event(Delivered, at: 2));
        var effect = await ApplyAsync(organization, Event(Sent, at: 1));

        effect.ShouldBe(new CallbackEffect("status", message.Id));
        var found = await FindAsync(organization, message.Id);
        (found.Message.Status, found.Message.StatusAt).ShouldBe((Delivered, Now.AddSeconds(2)));
        found.History.Select(s => s.Status).ShouldBe([Delivered, Sent]);
    }

    [Fact]
    public async Task Apply_BeforeRegistration_WaitsAndIsAppliedThen()
    {
        var organization = await AddOrganizationAsync();
        var read = Event(Read) with { ErrorCode = "1", ErrorReason = "why", ProviderStatus = "seen", Terminal = true };
        (await ApplyAsync(organization, read)).Kind.ShouldBe("waiting");
        await ApplyAsync(organization, Event(Sent));
        await ApplyAsync(organization, Event(Failed, id: "SM-of-another"));

        var registered = (await Store.RegisterAsync(organization, Message(), Token)).Value!;

        registered.Message.Status.ShouldBe(Read);
        registered.History.Select(s => s.Status).ShouldBe([Read, Sent]);
        registered.History[0].ShouldBe(new StatusRecord
        {
            Status = Read,
            ProviderStatus = "seen",
            OccurredAt = Now,
            ReceivedAt = Now,
            ErrorCode = "1",
            ErrorReason = "why",
            Terminal = true,
        });
    }

    [Fact]
    public async Task Apply_TheSameAThousandTimes_HasOneEffect()
    {
        var organization = await AddOrganizationAsync();
        var waiting = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => ApplyAsync(organization, Event(Delivered))));
        var message = await RegisterAsync(organization, Message());
        var applied = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => ApplyAsync(organization, Event(Delivered))));

        waiting.Count(e => e.Kind == "waiting").ShouldBe(1);
        applied.ShouldAllBe(e => e.Kind == "duplicate");
        var found = await FindAsync(organization, message.Id);
        found.History.ShouldHaveSingleItem().Status.ShouldBe(Delivered);
        found.Message.Status.ShouldBe(Delivered);
    }

    [Fact]
    public async Task Apply_SharedId_GoesByRecipient()
    {
        var organization = await AddOrganizationAsync();
        var ada = await RegisterAsync(organization, Message("abc", "Ada@example.com", "sendgrid"));
        await ApplyAsync(organization, Event(Bounced, id: "abc.filter1", to: "bob@example.com"), "sendgrid");
        await ApplyAsync(organization, Event(Delivered, id: "abc.filter2", to: "ada@example.com"), "sendgrid");
        var bob = await RegisterAsync(organization, Message("abc", "bob@example.com", "sendgrid"));

        (await ApplyAsync(organization, Event(Clicked, id: "abc.filter3", to: null), "sendgrid")).Kind.ShouldBe("waiting");

        (await FindAsync(organization, ada.Id)).Message.Status.ShouldBe(Delivered);
        (await FindAsync(organization, bob.Id)).Message.Status.ShouldBe(Bounced);
    }

    [Fact]
    public async Task Apply_NumberWrittenInAnotherWay_GoesByTheId()
    {
        var organization = await AddOrganizationAsync();
        var message = await RegisterAsync(organization, Message("wamid.1", "+5511987654321", "meta"));

        await ApplyAsync(organization, Event(Read, id: "wamid.1", to: "+551187654321"), "meta");

        (await FindAsync(organization, message.Id)).Message.Status.ShouldBe(Read);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Apply_AnotherId_GoesByTheReference(bool registeredFirst)
    {
        var organization = await AddOrganizationAsync();
        var e = Event(Delivered, id: "transmission-1") with { Reference = "ours" };
        var message = Message() with { Reference = "ours" };

        if (registeredFirst)
            await RegisterAsync(organization, message);
        await ApplyAsync(organization, e);
        if (!registeredFirst)
            await RegisterAsync(organization, message);

        (await FindAsync(organization, message.Id)).Message.Status.ShouldBe(Delivered);
    }

    [Fact]
    public async Task Register_ReferenceOfAnEarlierMessage_TakesItsOwnStatusesBack()
    {
        var organization = await AddOrganizationAsync();
        var first = await RegisterAsync(organization, Message("SM1") with { Reference = "ticket-1" });
        await ApplyAsync(organization, Event(Failed, id: "SM2") with { Reference = "ticket-1", Terminal = true });

        var second = await RegisterAsync(organization, Message("SM2") with { Reference = "ticket-1" });

        (await FindAsync(organization, first.Id)).Message.Status.ShouldBe(Accepted);
        (await FindAsync(organization, second.Id)).Message.Status.ShouldBe(Failed);
    }

    [Fact]
    public async Task Apply_AnotherOrganizationOrProvider_IsNotTheMessage()
    {
        var (organization, other) = (await AddOrganizationAsync(), await AddOrganizationAsync());
        var message = await RegisterAsync(organization, Message());

        (await ApplyAsync(other, Event(Delivered))).Kind.ShouldBe("waiting");
        (await ApplyAsync(organization, Event(Delivered), "plivo")).Kind.ShouldBe("waiting");

        (await FindAsync(organization, message.Id)).Message.Status.ShouldBe(Accepted);
    }

    [Fact]
    public async Task Find_RecipientWhoComplainedAndUnsubscribed_IsToldOnEveryMessageToThem()
    {
        var organization = await AddOrganizationAsync();
        var before = await RegisterAsync(organization, Message("m1", "Ada@example.com", "ses") with { Channel = CallbackChannel.Email });
        var told = Event(Complained, id: "m1", to: "ada@example.com") with { Channel = CallbackChannel.Email, OccurredAt = Now };

        await ApplyAsync(organization, told, "ses");
        await ApplyAsync(organization, told with { Status = Unsubscribed, OccurredAt = Now.AddMinutes(1) }, "ses");

        var after = await RegisterAsync(organization, Message("m2", "ADA@example.com", "postmark") with { Channel = CallbackChannel.Email });
        var other = await RegisterAsync(organization, Message("m3", "bob@example.com", "ses") with { Channel = CallbackChannel.Email });
        RecipientFact[] facts = [new("complained", Now), new("unsubscribed", Now.AddMinutes(1))];
        (await FindAsync(organization, before.Id)).RecipientFacts.ShouldBe(facts);
        (await FindAsync(organization, after.Id)).RecipientFacts.ShouldBe(facts);
        (await FindAsync(organization, other.Id)).RecipientFacts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_ComplaintAndUnsubscribing_AreFactsOfTheRecipient()
    {
        var organization = await AddOrganizationAsync();
        var message = await RegisterAsync(organization, Message());
        await ApplyAsync(organization, Event(Unsubscribed, to: null));
        await ApplyAsync(organization, Event(Unsubscribed, id: null, to: "+15550101"));
        await ApplyAsync(organization, Event(Complained, id: "m1", to: "Ada@Example.com") with { Channel = CallbackChannel.Email }, "ses");
        await ApplyAsync(organization, Event(Failed, id: "SM9", to: "+15550102") with { Extra = new Dictionary<string, object?> { ["recipientOptedOut"] = true } });

        (await ReadFactsAsync(organization)).ShouldBe(
            ["email ada@example.com complained", "sms +15550100 unsubscribed", "sms +15550101 unsubscribed", "sms +15550102 unsubscribed"], ignoreOrder: true);
        (await FindAsync(organization, message.Id)).Message.Status.ShouldBe(Accepted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Report_ByTheMessageIdOfTheMail_FindsTheMessage(bool registeredFirst)
    {
        var organization = await AddOrganizationAsync();
        var message = Message("<1@mg.example.com>", "ada@example.com", "mailgun");
        var report = new MessageReport { OriginalMessageId = "1@mg.example.com", Recipient = "ada@example.com", Status = Bounced, Terminal = true, ErrorCode = "5.1.1" };

        if (registeredFirst)
            await RegisterAsync(organization, message);
        await ReportAsync(Source(organization, "mime"), report);
        if (!registeredFirst)
            await RegisterAsync(organization, message);

        var found = await FindAsync(organization, message.Id);
        (found.Message.Status, found.History.ShouldHaveSingleItem().ErrorCode).ShouldBe((Bounced, "5.1.1"));
    }

    [Fact]
    public async Task Report_ByTheReturnPath_FindsTheMessage()
    {
        var organization = await AddOrganizationAsync();
        var message = await RegisterAsync(organization, Message("m1", "ada@example.com", "ses"));

        var effect = await ReportAsync(Source(organization, "mime"), new MessageReport { Message = message.Id, Recipient = "forwarded@example.org", Status = Read });

        effect.ShouldBe(new CallbackEffect("status", message.Id));
        (await ReportAsync(Source(organization, "mime"), new MessageReport { Status = Read })).Kind.ShouldBe("ignored");
    }

    private protected static CallbackSource Source(OrganizationRef organization, string provider) => new(organization, 1, provider, 1, Now, Released: false);

    private protected static OutboundMessage Message(string id = "SM1", string to = "+15550100", string provider = "twilio") => new()
    {
        Id = Guid.CreateVersion7(),
        Channel = to.Contains('@') ? CallbackChannel.Email : CallbackChannel.Sms,
        Provider = provider,
        ProviderMessageId = id,
        To = to,
        Status = Accepted,
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    private static CallbackEvent Event(MessageStatus status, string? id = "SM1", string? to = "+15550100", int at = 0) => new()
    {
        Kind = CallbackEventKind.Status,
        Channel = CallbackChannel.Sms,
        Status = status,
        ProviderMessageId = id,
        Recipient = to,
        OccurredAt = Now.AddSeconds(at),
        Terminal = status is Delivered or Read or Bounced,
        DedupKey = "key",
    };

    private Task<CallbackEffect> ApplyAsync(OrganizationRef organization, CallbackEvent e, string provider = "twilio") => ApplyAsync(Source(organization, provider), e);

    private protected async Task<OutboundMessage> RegisterAsync(OrganizationRef organization, OutboundMessage message) =>
        (await Store.RegisterAsync(organization, message, Token)).Value!.Message;

    private protected async Task<OutboundMessageDetail> FindAsync(OrganizationRef organization, Guid id) => (await Store.FindAsync(organization, id, Token))!;
}
