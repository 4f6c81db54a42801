using Gatepost.Providers.Mail;
using Gatepost.Providers.Tests.Mail;

namespace Gatepost.Providers.Tests.Ses;

/// <summary>What SES finds about a received mail.</summary>
public sealed class SesMailTests
{
    [Theory]
    [InlineData("ses-dmarc-fail", "DMARC fails for the sender's domain.")]
    [InlineData("ses-spam-and-virus-verdict-fail", "The provider found a virus.")]
    public void Parse_VerdictAgainstTheMail_HoldsIt(string vector, string reason)
    {
        var reading = Read(vector);

        (reading.Decision, reading.Reason).ShouldBe((MailDecision.Quarantine, reason));
    }

    [Fact]
    public void Parse_VerdictsForTheMail_VerifyTheSender() => Read("ses-sns-action-base64").Dmarc.ShouldBe(DmarcResult.Pass);

    private static MailReading Read(string name)
    {
        var vector = Vector.TryRead(Path.Combine(VectorFolders.Own, "inbound-email", $"{name}.json"))!;
        var e = ProviderCatalog.Find("ses", vector.Route)!.Parse(vector.Requests()[0]).Events.ShouldHaveSingleItem();
        return MailReader.Read(e.Mail!, MailBuilder.Context("alice@customer.test"));
    }
}
