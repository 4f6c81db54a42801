using Gatepost.Notifications;

namespace Gatepost.Tests.Notifications;

public sealed class DisabledWebhookTests
{
    private static readonly DateTimeOffset Now = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);
    private static readonly DisabledWebhook Orders = new()
    {
        Id = Guid.Parse("01940000-0000-7000-8000-000000000001"),
        Name = "Orders",
        Url = "https://example.com/hook?token=abc",
        ConsecutiveFailures = 10,
        Organization = "Acme",
        Missed = 1_234,
        MissedSince = Now.AddMinutes(-7),
    };

    private static readonly PublicAddress Unknown = new();

    [Fact]
    public void Text_TooManyFailures_SaysWhatWhyHowManyAndTheWayOut() =>
        Orders.Text("consecutive_failures", "The receiver answered 500.", Now, Unknown).ShouldBe(
            """
            The webhook "Orders" (https://example.com/hook) of the organization "Acme" was disabled at 2025-01-15T10:30:00.000Z, because 10 attempts in a row failed.

            Last error: The receiver answered 500.

            1,234 deliveries have not arrived; they are kept. Every new event is kept as a skipped delivery until the webhook is active again.

            To turn it back on:
            1. Correct the receiver or the URL. POST /v1/webhooks/01940000-0000-7000-8000-000000000001/test shows whether it works.
            2. PATCH /v1/ticket-webhooks/01940000-0000-7000-8000-000000000001 with {"active": true}.
            3. POST /v1/webhooks/01940000-0000-7000-8000-000000000001/recover with {"since": "2025-01-15T10:23:00.000Z"} sends what was missed.
            """);

    [Fact]
    public void Text_PublicAddressKnown_GivesWholeUrls() =>
        Orders.Text("gone", "Gone.", Now, new PublicAddress { BaseUrl = "https://gatepost.example.com/hooks/" })
            .ShouldContain($"PATCH https://gatepost.example.com/hooks/v1/ticket-webhooks/{Orders.Id} with");

    [Fact]
    public void Text_ReceiverGone_SaysSo() =>
        Orders.Text("gone", "The receiver answered 410 Gone.", Now, Unknown).ShouldContain("answered 410 Gone, which says that the URL is gone for good");

    [Fact]
    public void Text_SurveyWebhook_NamesItsOwnPath()
    {
        var survey = Guid.NewGuid();

        (Orders with { SurveyId = survey }).Text("gone", "Gone.", Now, Unknown).ShouldContain($"PATCH /v1/surveys/{survey}/webhooks/{Orders.Id} with");
    }

    [Theory]
    [InlineData(0, "No delivery is missing so far.")]
    [InlineData(1, "1 delivery has not arrived; it is kept.")]
    [InlineData(10_001, "More than 10,000 deliveries have not arrived; they are kept.")]
    public void Text_MissedDeliveries_AreCountedInWords(long missed, string words) =>
        (Orders with { Missed = missed }).Text("gone", "Gone.", Now, Unknown).ShouldContain(words);

    [Fact]
    public void TitleAndText_NameWithLineBreaks_StayOneLine()
    {
        var hostile = Orders with { Name = "Orders\r\nBcc: everyone@example.com" };

        hostile.Title.ShouldBe("Webhook \"Orders  Bcc: everyone@example.com\" was disabled");
        hostile.Text("gone", "Gone.\n\nAnd more", Now, Unknown).Split('\n').Length.ShouldBe(10);
    }
}
