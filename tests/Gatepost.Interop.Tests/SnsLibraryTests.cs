using System.Text.Json.Nodes;
using Gatepost.Providers;
using Gatepost.Testing.Signers;
using static Gatepost.Interop.Tests.SignedRequests;

namespace Gatepost.Interop.Tests;

/// <summary>npm sns-validator, which is given its certificate in place of a download.</summary>
public sealed class SnsLibraryTests(OfficialLibraries libraries) : IDisposable
{
    private readonly SnsSigner signer = new();

    public void Dispose() => signer.Dispose();

    [Theory]
    [InlineData("Notification", 1)]
    [InlineData("Notification", 2)]
    [InlineData("SubscriptionConfirmation", 1)]
    [InlineData("SubscriptionConfirmation", 2)]
    public async Task Verify_SignedByUs_IsAccepted(string type, int version) =>
        (await AcceptAsync(signer.Sign(type, """{"eventType":"Delivery","mail":{"messageId":"é"}}""", version))).ShouldBe((true, true));

    [Theory]
    [InlineData("Message")]
    [InlineData("TopicArn")]
    [InlineData("Timestamp")]
    [InlineData("Signature")]
    public async Task Verify_MemberChanged_IsRefused(string member)
    {
        var message = signer.Sign("Notification", "{}", 2);
        message[member] = "A" + message[member];

        (await AcceptAsync(message)).ShouldBe((false, false));
    }

    [Fact]
    public async Task Verify_CertificateOfAnotherHost_IsRefused()
    {
        var message = signer.Sign("Notification", "{}", 2);
        message["SigningCertURL"] = "https://sns.us-east-1.amazonaws.com.example.test/SimpleNotificationService-7e57ce27000000000000000000000001.pem";

        (await AcceptAsync(message)).ShouldBe((false, false));
    }

    private async Task<(bool Theirs, bool Ours)> AcceptAsync(JsonObject message)
    {
        var request = Post("https://hooks.example.test/x", message.ToJsonString(), ("Content-Type", "text/plain; charset=UTF-8"));
        var credentials = new ProviderCredentials { AllowedTopicArns = [SnsSigner.Topic] };
        return (await libraries.AcceptAsync("sns", request, credentials, Now, signer.CertificatePem), await IsValidAsync("ses", "aws/ses", request, credentials, signer.CertificatePem));
    }
}
