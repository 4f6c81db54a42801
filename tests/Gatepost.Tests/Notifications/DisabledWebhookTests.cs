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
        FailingSince = Now.AddMinutes(-7),
        Waiting = 1_234,
    };

    [Fact]
    public void Text_TooManyFailures_SaysWhatWhyHowManyAndTheWayOut() =>
        Orders.Text("consecutive_failures", "The receiver answered 500.", Now).ShouldBe(
            """
            The webhook "Orders" (https://example.com/hook) was disabled at 2025-01-15T10:30:00.000Z, because 10 attempts in a row failed.

            Last error: The receiver answered 500.

            1,234 deliveries wait. Nothing is thrown away: they are kept as skipped, and so is every new event, until the webhook is active again.

            To turn it back on, correct the receiver or the URL, then send PATCH /v1/ticket-webhooks/01940000-0000-7000-8000-000000000001 with {"active": true}. Afterwards POST /v1/webhooks/01940000-0000-7000-8000-000000000001/recover with {"since": "2025-01-15T10:23:00.000Z"} sends what was missed.
            """);

    [Fact]
    public void Text_ReceiverGone_SaysSo() =>
        Orders.Text("gone", "The receiver answered 410 Gone.", Now).ShouldContain("answered 410 Gone, which says that the URL is gone for good");

    [Fact]
    public void Text_SurveyWebhook_NamesItsOwnPath()
    {
        var survey = Guid.NewGuid();

        (Orders with { SurveyId = survey }).Text("gone", "Gone.", Now).ShouldContain($"PATCH /v1/surveys/{survey}/webhooks/{Orders.Id} with");
    }

    [Theory]
    [InlineData(0, "No delivery waits.")]
    [InlineData(1, "1 delivery waits.")]
    [InlineData(10_001, "More than 10,000 deliveries wait.")]
    public void Text_WaitingDeliveries_AreCountedInWords(long waiting, string words) =>
        (Orders with { Waiting = waiting }).Text("gone", "Gone.", Now).ShouldContain(words);

    [Fact]
    public void TitleAndText_NameWithLineBreaks_StayOneLine()
    {
        var hostile = Orders with { Name = "Orders\r\nBcc: everyone@example.com" };

        hostile.Title.ShouldBe("Webhook \"Orders  Bcc: everyone@example.com\" was disabled");
        hostile.Text("gone", "Gone.\n\nAnd more", Now).Split('\n').Length.ShouldBe(7);
    }
}
