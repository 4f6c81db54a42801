using Gatepost.Providers.Brevo;
using Gatepost.Providers.Mime;
using Gatepost.Providers.Postmark;
using Gatepost.Providers.Resend;
using Gatepost.Providers.SparkPost;

namespace Gatepost.Providers.Tests.Email;

/// <summary>What no vector of these providers shows.</summary>
public sealed class EmailProviderTests
{
    private static readonly ProviderCredentials PathOnly = new() { SecretPathOnly = true };

    [Fact]
    public void Verify_SparkPostBatch_CountsOnce()
    {
        var guard = new SparkPostProvider().Verify(MessagingRequests.Post("[]", ("X-MessageSystems-Batch-ID", "b-1")), PathOnly).Replay.ShouldNotBeNull();

        guard.Key.ShouldContain("b-1");
        guard.StatusWhenSeen.ShouldBe(200);
    }

    [Theory]
    [InlineData("10", MessageStatus.Bounced, true)]
    [InlineData("51", MessageStatus.Failed, true)]
    [InlineData("70", MessageStatus.Bounced, false)]
    [InlineData(null, MessageStatus.Bounced, false)]
    public void Of_SparkPostBounce_FollowsItsClass(string? bounceClass, MessageStatus status, bool terminal) => SparkPostStatuses.Of("bounce", bounceClass).ShouldBe((status, terminal));

    [Theory]
    [InlineData("""[{"msys":{"relay_message":{"content":{"email_rfc822":"%","email_rfc822_is_base64":true}}}}]""")]
    [InlineData("""[{"msys":{"relay_message":{}}}]""")]
    [InlineData("""[{"msys":{"message_event":{}}}]""")]
    [InlineData("[1]")]
    [InlineData("1")]
    public void Parse_SparkPostAnotherForm_IsSaid(string body) => Should.Throw<CallbackFormatException>(() => new SparkPostProvider().Parse(MessagingRequests.Post(body)));

    [Fact]
    public void Parse_SparkPostOtherClass_IsKeptAsOther() => new SparkPostProvider().Parse(MessagingRequests.Post("""[{"msys":{"relay_event":{"type":"relay_injection","event_id":"1"}}}]"""))
        .Events.ShouldHaveSingleItem().Kind.ShouldBe(CallbackEventKind.Other);

    [Fact]
    public void CheckCredentials_ResendSecretOfAnotherKind_IsNamed() => new ResendProvider().Faults(new ProviderCredentials { Secrets = ["whsec_YWJj", "re_123", ""] }).ShouldBe(["secrets[2]", "secrets[1]"]);

    [Fact]
    public void Parse_ResendSeveralRecipients_NamesTheFirstAndKeepsAll()
    {
        var parsed = new ResendProvider().Parse(MessagingRequests.Post(
            """{"type":"email.bounced","data":{"to":["a@x.test","b@x.test"],"bounce":{"type":"Transient"},"tags":[{"name":"messageId","value":"7"}]}}""", ("svix-id", "m"))).Events[0];

        (parsed.Recipient, parsed.Terminal, parsed.Reference).ShouldBe(("a@x.test", false, "7"));
        parsed.Extra["recipients"].ShouldBe(new[] { "a@x.test", "b@x.test" });
    }

    [Fact]
    public void Parse_ResendContact_IsOther() => new ResendProvider().Parse(MessagingRequests.Post("""{"type":"contact.created","data":{}}""")).Events[0].Kind.ShouldBe(CallbackEventKind.Other);

    [Theory]
    [InlineData("""{"messageId":"7"}""", "7")]
    [InlineData("7", "7")]
    [InlineData("{broken", null)]
    public void Parse_BrevoCustomHeader_IsTheReference(string custom, string? expected) => new BrevoProvider().Parse(MessagingRequests.Post(
        $$"""[{"event":"sent","X-Mailin-custom":{{System.Text.Json.JsonSerializer.Serialize(custom)}}}]""")).Events[0].Reference.ShouldBe(expected);

    [Fact]
    public void Parse_BrevoWithoutEpoch_HasNoTime() => new BrevoProvider().Parse(MessagingRequests.Post("""{"event":"sent","ts":1759999999,"date":"2025-10-09 10:53:19"}""")).Events[0].OccurredAt.ShouldBeNull();

    [Fact]
    public void Parse_PostmarkHardBounceSuppression_IsNoUnsubscription() => new PostmarkProvider().Parse(MessagingRequests.Post(
        """{"RecordType":"SubscriptionChange","SuppressSending":true,"SuppressionReason":"HardBounce"}""")).Events[0].Kind.ShouldBe(CallbackEventKind.Preference);

    [Fact]
    public void Parse_PostmarkRawEmail_IsPreferred() => Inbound(
        """{"From":"x@x.test","TextBody":"fields","RawEmail":"From: a@x.test\r\nMessage-ID: <r@x.test>\r\n\r\nraw"}""").ShouldSatisfyAllConditions(e => e.Text.ShouldBe("raw"), e => e.From.ShouldBe("a@x.test"));

    [Fact]
    public void Parse_PostmarkNameWithQuotes_IsOneSender() =>
        Inbound("""{"FromFull":{"Email":"a@x.test","Name":"A \"<b@evil.test>, c\" \\"},"TextBody":"Hi"}""").From.ShouldBe("a@x.test");

    [Fact]
    public void Parse_PostmarkHeaderWithLineBreak_AddsNoHeader() => Inbound(
        """{"From":"a@x.test","Headers":[{"Name":"X-A","Value":"b\r\nMessage-ID: <forged@x.test>"}],"TextBody":"Hi"}""").ProviderMessageId.ShouldBeNull();

    [Theory]
    [InlineData("""{"From":"a@x.test","Attachments":[{"Content":"%"}]}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    public void Parse_PostmarkAnotherForm_IsSaid(string body) => Should.Throw<CallbackFormatException>(() => Inbound(body));

    [Fact]
    public void Parse_MimeEnvelopeHeaders_ArePreferred()
    {
        var mail = new MimeProvider().Parse(MessagingRequests.Post("From: a@x.test\nTo: b@x.test\n\nHi", ("X-Envelope-From", "<>"), ("X-Envelope-To", "c@x.test, <d@x.test>"))).Events[0].Mail!;

        mail.EnvelopeFrom.ShouldBe("");
        mail.EnvelopeTo.ShouldBe(["c@x.test", "d@x.test"]);
    }

    private static CallbackEvent Inbound(string body) => new PostmarkProvider().Parse(MessagingRequests.Post(body) with { Route = "inbound-email" }).Events[0];
}
