namespace Gatepost.Server.Tests.Api;

/// <summary>The frame around a batch of events.</summary>
public sealed class EventBatchTests : HostTests
{
    [Fact]
    public async Task PublishBatch_WithoutEvents_NamesTheMember()
    {
        var answer = await User.PostAsync("/v1/events/batch", new { });

        (answer.Status, answer.Code).ShouldBe((422, "required"));
        answer.FaultyFields.ShouldBe(["events"]);
    }
}
