using Gatepost.Providers;
using Gatepost.Testing.Signers;
using static Gatepost.Interop.Tests.SignedRequests;

namespace Gatepost.Interop.Tests;

/// <summary>npm @sendgrid/eventwebhook</summary>
public sealed class SendGridLibraryTests(OfficialLibraries libraries) : IDisposable
{
    private const string Body = """[{"event":"delivered","sg_event_id":"a","email":"zoë@example.test"}]""" + "\r\n";
    private static readonly string Timestamp = $"{Now.ToUnixTimeSeconds()}";
    private readonly SendGridSigner signer = new();

    private CallbackRequest Signed => Post(
        "https://hooks.example.test/x",
        Body,
        ("X-Twilio-Email-Event-Webhook-Signature", signer.Sign(Timestamp, System.Text.Encoding.UTF8.GetBytes(Body))),
        ("X-Twilio-Email-Event-Webhook-Timestamp", Timestamp));

    public void Dispose() => signer.Dispose();

    [Fact]
    public async Task Verify_SignedByUs_IsAccepted() => (await AcceptsAsync(Signed)).ShouldBe((true, true));

    [Fact]
    public async Task Verify_LineBreakLost_IsRefused() => (await AcceptsAsync(Signed.WithBody(Body.TrimEnd()))).ShouldBe((false, false));

    [Fact]
    public async Task Verify_OtherTimestamp_IsRefused()
    {
        var headers = Signed.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase);
        headers["X-Twilio-Email-Event-Webhook-Timestamp"] = $"{Now.ToUnixTimeSeconds() + 1}";

        (await AcceptsAsync(Signed with { Headers = headers })).ShouldBe((false, false));
    }

    private async Task<(bool Theirs, bool Ours)> AcceptsAsync(CallbackRequest request)
    {
        var credentials = new ProviderCredentials { PublicKeys = [signer.PublicKey] };
        return (await libraries.AcceptAsync("sendgrid", request, credentials, Now), await IsValidAsync("sendgrid", "sendgrid", request, credentials));
    }
}
