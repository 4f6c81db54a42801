using Gatepost.Webhooks;

namespace Gatepost.Tests.Webhooks;

public sealed class WebhookEditTests
{
    private static readonly DateTimeOffset Now = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Apply_TooManyHeadersNamed_MergesNone()
    {
        var headers = Enumerable.Range(0, HeaderRules.MaxNamed + 1).ToDictionary(i => $"X-{i}", string? (_) => "v");
        var (input, faults) = (new WebhookInput { Headers = new(true, headers) }, new FaultList());
        HeaderRules.Check(headers, isNew: false, faults);

        var applied = new WebhookEdit(input, null, faults, Now).Apply(WebhookEdit.Blank(Guid.CreateVersion7(), WebhookScope.Tickets, Now));

        // A second one would be of the merged set.
        applied.Problem!.Errors!["headers"].Single().Code.ShouldBe("too_many");
    }
}
