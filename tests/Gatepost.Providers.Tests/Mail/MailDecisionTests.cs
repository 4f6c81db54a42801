using Gatepost.Providers.Mail;

namespace Gatepost.Providers.Tests.Mail;

/// <summary>What becomes of a mail: the rules that no file among the vectors shows.</summary>
public sealed class MailDecisionTests
{
    [Fact]
    public void Read_UnknownSenderWithoutTicket_IsNew()
    {
        var reading = MailBuilder.Plain("Hello").To("help@example.com").Read();

        reading.Decision.ShouldBe(MailDecision.New);
        reading.TicketId.ShouldBeNull();
    }

    [Fact]
    public void Read_ForgedToken_FallsBackToTheSubjectAndIsQuarantined()
    {
        var reading = MailBuilder.Plain("Hello").With(MailBuilder.Authentic).With("Subject: Re: [#1042] Printer").To("reply+1042.aaaaaaaaaaaaa@reply.example.com").Read("alice@customer.test");

        reading.HasForgedToken.ShouldBeTrue();
        reading.Decision.ShouldBe(MailDecision.Quarantine);
        reading.MatchedBy.ShouldBe(MailMatch.SubjectTag);
    }

    [Fact]
    public void Read_TokenOfAnotherDomain_DoesNotCount() =>
        MailBuilder.Plain("Hello").To(ReplyToken.Address("1042", "other.test", MailBuilder.Key)).Read().MatchedBy.ShouldBe(MailMatch.None);

    [Fact]
    public void Read_DashedToken_Matches() =>
        MailBuilder.Plain("Hello").To($"R-{ReplyToken.Create("1042", MailBuilder.Key).Replace('.', '-').ToUpperInvariant()}@reply.example.com").Read().MatchedBy.ShouldBe(MailMatch.ReplyToken);

    [Fact]
    public void Read_TokenOfADeletedTicket_IsNew() =>
        MailBuilder.Plain("Hello").To(ReplyToken.Address("7", MailBuilder.ReplyDomain, MailBuilder.Key)).Read().Decision.ShouldBe(MailDecision.New);

    [Theory]
    [InlineData("alice@customer.test", MailDecision.Append)]
    [InlineData("bob@customer.test", MailDecision.New)]
    public void Read_StoredMessageIdAnswered_CountsForParticipantsOnly(string participant, MailDecision expected) =>
        MailBuilder.Plain("Hello").To("help@example.com").With("In-Reply-To: <known@provider.test>").Read(participant).Decision.ShouldBe(expected);

    [Fact]
    public void Read_BodyMarker_Matches() =>
        MailBuilder.Html($"<p>Hi</p><div style='display:none'>{ReplyToken.BodyMarker("1042", MailBuilder.Key)}</div>").To("help@example.com").Read().MatchedBy.ShouldBe(MailMatch.BodyMarker);

    [Fact]
    public void Read_DmarcFails_IsQuarantinedDespiteItsToken() =>
        MailBuilder.Plain("Hello").With("Authentication-Results: mx.example.com; dmarc=fail header.from=customer.test").Read("alice@customer.test").Decision.ShouldBe(MailDecision.Quarantine);

    [Fact]
    public void Read_ProviderFoundVirus_IsQuarantined()
    {
        var mail = MailBuilder.Plain("Hello").Build() with { Verdicts = new MailVerdicts(HasVirus: true) };

        MailReader.Read(mail, MailBuilder.Context()).Decision.ShouldBe(MailDecision.Quarantine);
    }

    [Theory]
    [InlineData("dmarc=pass header.from=other.test")]
    [InlineData("dmarc=none")]
    [InlineData("spf=pass")]
    public void Read_NoDmarcPassForTheSendersDomain_LeavesSenderUnverified(string result) =>
        MailBuilder.Plain("Hello").With($"Authentication-Results: mx.example.com; {result}").Read("alice@customer.test").SenderVerified.ShouldBeFalse();

    [Fact]
    public void Read_ParticipantWithDmarcPass_IsVerified() => MailBuilder.Plain("Hello").With(MailBuilder.Authentic).Read("ALICE@customer.test").SenderVerified.ShouldBeTrue();

    [Fact]
    public void Read_AgentsDomain_IsAnAgentByNameOnly()
    {
        var reading = MailBuilder.Plain("Hello").With("From: Eve <eve@example.com>").Read();

        reading.SenderIsAgent.ShouldBeTrue();
        reading.SenderVerified.ShouldBeFalse();
    }

    [Theory]
    [InlineData("Auto-Submitted: auto-replied (zimbra; vacation)")]
    [InlineData("Precedence: Bulk")]
    [InlineData("X-Autoreply: yes")]
    [InlineData("List-Id: <users.lists.test>")]
    [InlineData("X-Loop: yes")]
    [InlineData("From: Help <help@example.com>")]
    [InlineData("X-Gatepost-Loop: 1042")]
    public void Read_AutomaticMail_IsIgnored(string header)
    {
        var reading = MailBuilder.Plain("I am away").With(header).Read();

        reading.Decision.ShouldBe(MailDecision.Ignore);
        reading.AutoReply.ShouldBeTrue();
    }

    [Theory]
    [InlineData("List-Unsubscribe: <mailto:x@y.test>")]
    [InlineData("X-Auto-Response-Suppress: All")]
    public void Read_HeaderThatPeoplesMailHasToo_OnlySuppressesAnswers(string header)
    {
        var reading = MailBuilder.Plain("A real answer").With(header).Read();

        reading.Decision.ShouldBe(MailDecision.Append);
        reading.SuppressAutoResponse.ShouldBeTrue();
    }

    [Fact]
    public void Resolve_AfterALookUp_DecidesAgain()
    {
        var open = MailReader.Read(MailBuilder.Plain("Hello").To("help@example.com").With("In-Reply-To: <x@ses.test>").Build(), MailBuilder.Context() with { FindTicket = null });

        var resolved = open.Resolve(open.Candidates[0], new MailTicket("77", ["alice@customer.test"]));

        open.Decision.ShouldBe(MailDecision.New);
        (resolved.Decision, resolved.TicketId).ShouldBe((MailDecision.Append, "77"));
    }

    [Fact]
    public void Read_MergedTicket_GoesToTheOtherOne()
    {
        var context = MailBuilder.Context() with { FindTicket = _ => new MailTicket("9", []) };

        MailReader.Read(MailBuilder.Plain("Hello").Build(), context).TicketId.ShouldBe("9");
    }
}
