namespace Gatepost.Server.Tests.Api;

/// <summary>Faults of a list's query, over HTTP.</summary>
public sealed class QueryFaultTests : HostTests
{
    [Theory]
    [InlineData("/v1/deliveries?webhookID=x&state=failed", "state")]
    [InlineData("/v1/tickets?status=open", "status")]
    [InlineData("/v1/ticket-webhooks?page=2", "page")]
    public async Task List_UnknownParameter_IsNamedWithTheKnownOnes(string path, string name)
    {
        var answer = await User.GetAsync(path);

        answer.Status.ShouldBe(422);
        var fault = answer.Json!["errors"]![name]![0]!;
        ((string)fault["code"]!).ShouldBe("unknown_parameter");
        ((string)fault["message"]!).ShouldEndWith("limit, cursor.");
    }

    [Fact]
    public async Task List_PageAndFilterFaults_AreNamedTogether()
    {
        var answer = await User.GetAsync("/v1/deliveries?limit=0&cursor=%21&status=lost&since=today&colour=red");

        (answer.Status, answer.Code).ShouldBe((422, "validation_failed"));
        answer.FaultyFields.ShouldBe(["limit", "cursor", "status", "since", "colour"], ignoreOrder: true);
    }

    [Fact]
    public async Task List_KnownParametersHoweverSpelled_AreTaken() =>
        (await User.GetAsync("/v1/deliveries?Limit=5&STATUS=failed&eventType=ticket.*")).Status.ShouldBe(200);
}
