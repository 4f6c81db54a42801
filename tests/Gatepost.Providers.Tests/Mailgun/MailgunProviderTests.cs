using Gatepost.Providers.Mailgun;

namespace Gatepost.Providers.Tests.Mailgun;

public sealed class MailgunProviderTests
{
    private static readonly Vector Delivered = SignedVectors.All.First(v => v.Scheme == "mailgun" && v.Json.Text("name") == "delivered");
    private static readonly string Key = Delivered.Credentials().Secrets[0];

    private readonly MailgunProvider provider = new();

    [Theory]
    [InlineData(0, null, true)]
    [InlineData(8 * 3600, null, true)]
    [InlineData(9 * 3600, null, false)]
    [InlineData(9 * 3600, int.MaxValue, true)]
    [InlineData(200, 120, false)]
    [InlineData(-3600, null, false)]
    public async Task Verify_Age_IsHeldAgainstTheLimit(int seconds, int? limit, bool valid)
    {
        var context = new CallbackContext { Credentials = new ProviderCredentials { Secrets = [Key], MaxAgeSeconds = limit }, Now = Delivered.Now!.Value.AddSeconds(seconds) };

        (await provider.VerifyAsync(Delivered.Requests()[0], context, CancellationToken.None)).IsValid.ShouldBe(valid);
    }

    [Theory]
    [InlineData(new string[0], false)]
    [InlineData(new[] { "", "other" }, false)]
    [InlineData(new[] { "other", "key-mailgun-webhook-signing-0001" }, true)]
    public async Task Verify_Keys_AnyMayMatch(string[] keys, bool valid)
    {
        var context = new CallbackContext { Credentials = new ProviderCredentials { Secrets = keys }, Now = Delivered.Now!.Value };

        (await provider.VerifyAsync(Delivered.Requests()[0], context, CancellationToken.None)).IsValid.ShouldBe(valid);
    }

    [Fact]
    public async Task Verify_Valid_IsRememberedLongerThanItStaysValid()
    {
        var context = new CallbackContext { Credentials = new ProviderCredentials { Secrets = [Key], MaxAgeSeconds = 600 }, Now = Delivered.Now!.Value };

        (await provider.VerifyAsync(Delivered.Requests()[0], context, CancellationToken.None)).Replay!.Keep.ShouldBeGreaterThan(TimeSpan.FromSeconds(600));
    }

    [Fact]
    public void Parse_RejectedWithoutRecipient_TakesTheHeaders()
    {
        var body = """{"signature":{"timestamp":"1","token":"t","signature":"s"},"event-data":{"event":"rejected","reject":{"reason":"Sandbox"},"message":{"headers":{"to":"Alice <alice@x.test>"}}}}""";

        var rejected = provider.Parse(Delivered.Requests()[0].WithBody(body)).Events.ShouldHaveSingleItem();

        (rejected.Recipient, rejected.ErrorReason, rejected.Status).ShouldBe(("alice@x.test", "Sandbox", MessageStatus.Failed));
    }

    [Fact]
    public void CheckCredentials_BlankKeyAndLimit_NamesBoth() =>
        provider.CheckCredentials(new ProviderCredentials { Secrets = ["k", " "], MaxAgeSeconds = -1 }).Select(f => f.Key).ShouldBe(["secrets[1]", "maxAgeSeconds"]);
}
