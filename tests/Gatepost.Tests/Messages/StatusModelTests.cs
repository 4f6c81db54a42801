using CsCheck;
using Gatepost.Messages;
using Gatepost.Providers;
using static Gatepost.Providers.MessageStatus;

namespace Gatepost.Tests.Messages;

public sealed class StatusModelTests
{
    private static readonly DateTimeOffset Start = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    private static readonly Gen<StatusFact> Facts = Gen.Select(
        Gen.Enum<MessageStatus>(), Gen.Bool, Gen.Int[0, 5], (status, terminal, second) => new StatusFact(status, terminal, Start.AddSeconds(second)));

    [Fact]
    public void Compute_AnyOrder_IsTheSame() => Facts.List[0, 12]
        .SelectMany(facts => Gen.Shuffle(facts).Select(shuffled => (facts, shuffled)))
        .Sample((facts, shuffled) => StatusModel.Compute(shuffled).ShouldBe(StatusModel.Compute(facts)));

    [Fact]
    public void Compute_AnythingTwice_ChangesNothing() => Facts.List[0, 12]
        .Sample(facts => StatusModel.Compute([.. facts, .. facts]).ShouldBe(StatusModel.Compute(facts)));

    [Fact]
    public void Compute_EveryOrderOfAUsualLife_IsRead()
    {
        foreach (var order in Orders([Queued, Sent, Delivered, Read]))
            Compute(order).ShouldBe(Read, string.Join(", ", order));
    }

    [Theory]
    [InlineData(new MessageStatus[0], Accepted)]
    [InlineData(new[] { Sent, Queued, Accepted, Deferred }, Sent)]
    [InlineData(new[] { Delivered, Bounced }, Bounced)]
    [InlineData(new[] { Read, Bounced }, Bounced)]
    [InlineData(new[] { Delivered, Failed }, Delivered)]
    [InlineData(new[] { Sent, Failed }, Failed)]
    [InlineData(new[] { Failed, Bounced }, Bounced)]
    [InlineData(new[] { Clicked, Read, Complained }, Complained)]
    [InlineData(new[] { Unknown }, Accepted)]
    [InlineData(new[] { Sent, Unknown, Unsubscribed }, Sent)]
    public void Compute_Terminal_IsTheHighestThatWasSaid(MessageStatus[] said, MessageStatus expected)
    {
        foreach (var order in Orders([.. said]))
            Compute(order).ShouldBe(expected);
    }

    [Theory]
    [InlineData(Failed, Sent, Failed)]
    [InlineData(Failed, Delivered, Delivered)]
    [InlineData(Bounced, Deferred, Bounced)]
    [InlineData(Bounced, Delivered, Delivered)]
    [InlineData(Bounced, Read, Read)]
    public void Compute_FailureThatMayPass_GivesWayToADelivery(MessageStatus failure, MessageStatus other, MessageStatus expected) =>
        StatusModel.Compute([new(failure, false, Start), new(other, true, Start)]).Status.ShouldBe(expected);

    [Fact]
    public void Compute_SaidSeveralTimes_IsFromTheFirst() => StatusModel
        .Compute([new(Read, true, Start.AddHours(2)), new(Sent, false, Start), new(Read, true, Start.AddHours(1))])
        .ShouldBe((Read, Start.AddHours(1)));

    private static MessageStatus Compute(IEnumerable<MessageStatus> said) => StatusModel.Compute(said.Select(s => new StatusFact(s, true, Start))).Status;

    private static IEnumerable<IReadOnlyList<MessageStatus>> Orders(IReadOnlyList<MessageStatus> said) => said.Count == 0
        ? [[]]
        : said.SelectMany((first, i) => Orders([.. said.Where((_, j) => j != i)]).Select(rest => (IReadOnlyList<MessageStatus>)[first, .. rest]));
}
