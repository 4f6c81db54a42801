using Gatepost.Providers.Plivo;

namespace Gatepost.Providers.Tests.Plivo;

public sealed class PlivoProviderTests
{
    private static readonly Vector Delivered = SignedVectors.All.First(v => v.Scheme == "plivo-v2" && v.Json.Text("name") == "status-delivered");
    private static readonly string Token = Delivered.Credentials().Secrets[0];

    private readonly PlivoProvider provider = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Verify_TokenIsRotated_EitherIsRight(bool first) =>
        (await VerifyAsync(Delivered.Requests()[0], first ? [Token, "new"] : ["new", Token])).IsValid.ShouldBeTrue();

    [Fact]
    public async Task Verify_EmptyTokenConfigured_IsNoToken()
    {
        var request = Delivered.Requests()[0];
        var octets = System.Text.Encoding.UTF8.GetBytes(PlivoSignature.Base(request.Url) + request.Header("X-Plivo-Signature-V2-Nonce"));
        var forged = Convert.ToBase64String(System.Security.Cryptography.HMACSHA256.HashData(Array.Empty<byte>(), octets));

        (await VerifyAsync(request.WithHeader("X-Plivo-Signature-V2", forged), ["", " "])).IsValid.ShouldBeFalse();
    }

    [Fact]
    public async Task Verify_V3Sent_V2CannotStandForIt() =>
        (await VerifyAsync(Delivered.Requests()[0].WithHeader("X-Plivo-Signature-V3", "AAAA"), [Token])).IsValid.ShouldBeFalse();

    [Fact]
    public async Task Verify_V2_CountsOncePerNonce() =>
        (await VerifyAsync(Delivered.Requests()[0], [Token])).Replay!.Key.ShouldContain(Delivered.Requests()[0].Header("X-Plivo-Signature-V2-Nonce")!);

    [Fact]
    public void Parse_StoppedRecipient_SaysSo()
    {
        var parsed = provider.Parse(Delivered.Requests()[0].WithBody("MessageUUID=u&To=15553334444&Status=failed&ErrorCode=200"));

        parsed.Events.ShouldHaveSingleItem().Extra[Extras.RecipientOptedOut].ShouldBe(true);
    }

    [Fact]
    public void Parse_InboundMms_ListsItsMedia()
    {
        var parsed = provider.Parse(Delivered.Requests()[0].WithBody("MessageUUID=u&From=15553334444&To=15551112222&Type=mms&Media0=https%3A%2F%2Fmedia.plivo.com%2Fa&Media1=https%3A%2F%2Fmedia.plivo.com%2Fb&MediaCount=2"));

        parsed.Events.ShouldHaveSingleItem().Media.Select(m => m.Url).ShouldBe(["https://media.plivo.com/a", "https://media.plivo.com/b"]);
    }

    [Fact]
    public void CheckCredentials_NothingGiven_NamesTheToken() =>
        provider.CheckCredentials(new ProviderCredentials()).ShouldHaveSingleItem().Key.ShouldBe("secrets");

    private ValueTask<Verification> VerifyAsync(CallbackRequest request, string[] tokens) =>
        provider.VerifyAsync(request, new CallbackContext { Credentials = new ProviderCredentials { Secrets = tokens }, Now = DateTimeOffset.UnixEpoch }, CancellationToken.None);
}
