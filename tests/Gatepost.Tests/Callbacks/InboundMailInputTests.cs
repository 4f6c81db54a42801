using Gatepost.Callbacks;

namespace Gatepost.Tests.Callbacks;

public sealed class InboundMailInputTests
{
    private static readonly InboundMailInput Least = new() { ReplyDomains = ["Reply.Example.com"] };

    [Fact]
    public void Check_EveryFault_IsNamed()
    {
        var faults = new FaultList();
        new InboundMailInput
        {
            ReplyDomains = ["no domain", "localhost", null],
            ReplyKeys = ["short", "a-key-that-is-long", "a-key-that-is-long"],
            RotateReplyKey = true,
            AgentDomains = ["a@b.test"],
            InboundAddresses = ["x"],
            TrustedAuthServId = "",
        }.Check(faults);

        faults.ToProblem().Errors!.Keys.ShouldBe(
            ["replyDomains[0]", "replyDomains[1]", "replyDomains[2]", "replyKeys[0]", "replyKeys[2]", "rotateReplyKey", "agentDomains[0]", "inboundAddresses[0]", "trustedAuthServId"],
            ignoreOrder: true);
    }

    [Fact]
    public void Check_NoReplyDomain_IsRequired()
    {
        var faults = new FaultList();
        new InboundMailInput().Check(faults);

        faults.ToProblem().Code.ShouldBe("required");
    }

    [Fact]
    public void ToSettings_NoKeys_MakesOneAndKeepsIt()
    {
        var first = Least.ToSettings(null, "new");
        var second = Least.ToSettings(first, "newer");

        (first.ReplyDomains[0], first.ReplyKeys[0]).ShouldBe(("reply.example.com", "new"));
        second.ReplyKeys.ShouldBe(["new"]);
    }

    [Fact]
    public void ToSettings_Rotation_PutsANewKeyFirst() =>
        (Least with { RotateReplyKey = true }).ToSettings(new InboundMailSettings { ReplyKeys = ["old"] }, "new").ReplyKeys.ShouldBe(["new", "old"]);

    [Fact]
    public void ToSettings_GivenKeys_ReplaceAll() =>
        (Least with { ReplyKeys = ["mine"] }).ToSettings(new InboundMailSettings { ReplyKeys = ["old"] }, "new").ReplyKeys.ShouldBe(["mine"]);
}
