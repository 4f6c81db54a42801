namespace Gatepost.Server.Tests.Api;

/// <summary>The request bin of a server that has it switched off, as it is by default.</summary>
public sealed class RequestBinOffTests : HostTests
{
    [Fact]
    public async Task Bins_SwitchedOff_NameTheSetting()
    {
        var answer = await User.GetAsync("/v1/bins/any/requests");

        answer.Status.ShouldBe(404);
        ((string)answer.Json!["detail"]!).ShouldBe("The request bin is off. The server's setting Gatepost__RequestBin__Enabled turns it on.");
    }
}
