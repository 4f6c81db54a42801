using Gatepost.Providers.Ses;

namespace Gatepost.Providers.Tests.Ses;

public sealed class SesEventsTests
{
    private const string Mail = """ "mail":{"messageId":"m-1","timestamp":"2026-11-20T10:00:00.000Z","destination":["a@x.test","B <b@x.test>"]} """;

    [Fact]
    public void Read_OpenOfSeveralRecipients_NamesNobody() =>
        Read($$$"""{"eventType":"Open",{{{Mail}}},"open":{"timestamp":"2026-11-20T11:00:00Z"}}""").ShouldHaveSingleItem().Recipient.ShouldBeNull();

    [Fact]
    public void Read_SendToSeveralRecipients_TellsOfEach() =>
        Read($$$"""{"eventType":"Send",{{{Mail}}},"send":{}}""").Select(e => e.Recipient).ShouldBe(["a@x.test", "b@x.test"]);

    [Fact]
    public void Read_ComplaintTakenBack_IsNoComplaint() =>
        Read($$$"""{"eventType":"Complaint",{{{Mail}}},"complaint":{"complaintFeedbackType":"not-spam","complainedRecipients":[{"emailAddress":"a@x.test"}]}}""")
            .ShouldHaveSingleItem().Kind.ShouldBe(CallbackEventKind.Other);

    [Theory]
    [InlineData("OptIn", "OptOut", CallbackEventKind.Status)]
    [InlineData("OptOut", "OptOut", CallbackEventKind.Preference)]
    [InlineData("OptOut", "OptIn", CallbackEventKind.Preference)]
    public void Read_TopicPreference_IsUnsubscribedOnlyWhenLeftNow(string before, string after, CallbackEventKind kind) =>
        Read($$$"""{"eventType":"Subscription",{{{Mail}}},"subscription":{"newTopicPreferences":{{{Topic(after)}}},"oldTopicPreferences":{{{Topic(before)}}}}}""")[0].Kind.ShouldBe(kind);

    [Fact]
    public void Read_SameThingInBothDialects_HasOneDedupKey() =>
        Read($$$"""{"eventType":"Delivery",{{{Mail}}},"delivery":{"timestamp":"2026-11-20T11:00:00Z","recipients":["a@x.test"]}}""")[0].DedupKey
            .ShouldBe(Read($$$"""{"notificationType":"Delivery",{{{Mail}}},"delivery":{"timestamp":"2026-11-20T11:00:00Z","recipients":["a@x.test"]}}""")[0].DedupKey);

    [Theory]
    [InlineData("2018-10-08T14:05:45 +0000", "2018-10-08T14:05:45Z")]
    [InlineData("2018-10-08T09:05:45.000-05:00", "2018-10-08T14:05:45Z")]
    public void Read_TimesOfOtherForms_AreUtc(string text, string instant) =>
        Read($$$"""{"eventType":"Delivery",{{{Mail}}},"delivery":{"timestamp":"{{{text}}}","recipients":["a@x.test"]}}""")[0].OccurredAt.ShouldBe(DateTimeOffset.Parse(instant, null));

    private static string Topic(string status) => $$$"""{"unsubscribeAll":false,"topicSubscriptionStatus":[{"topicName":"news","subscriptionStatus":"{{{status}}}"}]}""";

    private static IReadOnlyList<CallbackEvent> Read(string json) => new SesProvider().Parse(new CallbackRequest
    {
        Method = "POST",
        Url = "https://x.test/",
        Route = "aws/ses",
        Headers = new Dictionary<string, Microsoft.Extensions.Primitives.StringValues>(),
        Body = default,
    }.WithHeader("x-amz-sns-rawdelivery", "true").WithBody(json)).Events;
}
