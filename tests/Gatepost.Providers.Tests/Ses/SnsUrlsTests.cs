using Gatepost.Providers.Ses;

namespace Gatepost.Providers.Tests.Ses;

public sealed class SnsUrlsTests
{
    private const string Pem = "SimpleNotificationService-7e57ce27000000000000000000000001.pem";

    [Theory]
    [InlineData("https://sns.us-east-1.amazonaws.com/" + Pem + "\n")]
    [InlineData(" https://sns.us-east-1.amazonaws.com/" + Pem)]
    [InlineData("https://sns.us-east-1.amazonaws.com.cn/" + Pem)]
    [InlineData("https://sns.cn-north-1.amazonaws.com/" + Pem)]
    [InlineData("https://sns.us-east-1.amazonaws.com//" + Pem)]
    [InlineData("https://sns.us-east-1.amazonaws.com:0443/" + Pem)]
    [InlineData("https://sns.us-east-1.amazonaws.com./" + Pem)]
    [InlineData("https://sns.\u212Aa-east-1.amazonaws.com/" + Pem)]
    [InlineData("https://sns.us-east-1。amazonaws.com/" + Pem)]
    public void IsSigningCertificate_TrickyUrl_IsRefused(string url) => SnsUrls.IsSigningCertificate(url).ShouldBeFalse();

    [Fact]
    public void SigningCertificate_OtherRegionThanTheTopic_IsRefused() =>
        SnsUrls.SigningCertificate($"https://sns.eu-west-1.amazonaws.com/{Pem}", "us-east-1").ShouldBeNull();

    [Fact]
    public void SigningCertificate_UpperCaseHostAndPort_GivesThePlainUrl() =>
        SnsUrls.SigningCertificate($"https://SNS.US-EAST-1.AMAZONAWS.COM:443/{Pem}", "us-east-1")!.AbsoluteUri.ShouldBe($"https://sns.us-east-1.amazonaws.com/{Pem}");

    [Theory]
    [InlineData("https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t", true)]
    [InlineData("https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t", false)]
    [InlineData("http://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t", false)]
    [InlineData("https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&Token=t", false)]
    [InlineData("https://sns.us-east-1.amazonaws.com@evil.example/?Action=ConfirmSubscription&Token=t", false)]
    [InlineData("https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t#x", false)]
    [InlineData("", false)]
    public void Confirmation_Url_IsAllowedOnlyAtSnsOfTheRegion(string url, bool allowed) => (SnsUrls.Confirmation(url, "us-east-1") is not null).ShouldBe(allowed);

    [Theory]
    [InlineData("us-east-1", "sns.amazonaws.com")]
    [InlineData("me-south-1", "sns-signing.me-south-1.amazonaws.com")]
    [InlineData("cn-northwest-1", "sns-cn-northwest-1.amazonaws.com.cn")]
    [InlineData("us-gov-east-1", "sns-us-gov-west-1.amazonaws.com")]
    public void CertificateNames_Region_HoldsTheNameThatSnsUsesThere(string region, string name) => SnsUrls.CertificateNames(region).ShouldContain(name);
}
