using System.Security.Cryptography.X509Certificates;
using Gatepost.Providers.Ses;

namespace Gatepost.Providers.Tests.Ses;

public sealed class SesProviderTests
{
    private const string Topic = "arn:aws:sns:us-east-1:123456789012:ses-events";

    private static readonly BasicCredential Password = new("user", "pass");

    private static readonly Vector Delivery = SignedVectors.All.First(v => v.Scheme == "sns" && v.Route == "aws/ses" && v.Json.Text("name")!.EndsWith("ses-21-event-delivery", StringComparison.Ordinal));

    private readonly SesProvider provider = new();
    private readonly Source source = new(Delivery.CertificatePem);

    private static CallbackRequest Request => Delivery.Requests()[0];

    [Fact]
    public async Task Verify_NothingConfigured_IsRefusedWithoutADownload()
    {
        var verification = await VerifyAsync(Request, new ProviderCredentials());

        (verification.Answer.Status, source.Downloads).ShouldBe((403, 0));
    }

    [Fact]
    public async Task Verify_NoTopicsButTheSecretPathChosen_ChecksTheSignatureAlone() =>
        (await VerifyAsync(Request, new ProviderCredentials { SecretPathOnly = true })).IsValid.ShouldBeTrue();

    [Fact]
    public async Task Verify_BasicMissing_AsksForIt()
    {
        var answer = (await VerifyAsync(Request, new ProviderCredentials { AllowedTopicArns = [Topic], Basic = [Password] })).Answer;

        (answer.Status, answer.Headers["WWW-Authenticate"]).ShouldBe((401, "Basic realm=\"webhook\""));
    }

    [Fact]
    public async Task Verify_BasicRightButForeignTopic_IsRefused()
    {
        var request = Request.WithHeader("Authorization", "Basic dXNlcjpwYXNz");

        (await VerifyAsync(request, new ProviderCredentials { AllowedTopicArns = [$"{Topic}-2"], Basic = [Password] })).IsValid.ShouldBeFalse();
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("Basic dXNlcjpwYXNz", 200)]
    public async Task Verify_RawDelivery_NeedsTheBasicCredential(string? authorization, int status)
    {
        var request = Request.WithHeader("x-amz-sns-rawdelivery", "true").WithHeader("Authorization", authorization);

        (await VerifyAsync(request, new ProviderCredentials { Basic = [Password] })).Answer.Status.ShouldBe(status);
    }

    [Fact]
    public async Task Verify_RawDeliveryWithTopicsAlone_IsRefused()
    {
        var verification = await VerifyAsync(Request.WithHeader("x-amz-sns-rawdelivery", "true"), new ProviderCredentials { AllowedTopicArns = [Topic] });

        (verification.Answer.Status, source.Downloads).ShouldBe((403, 0));
    }

    [Fact]
    public void Parse_RawDelivery_ReadsTheBareMessage()
    {
        var message = SnsMessage.Read(Request.Body)!.Message;

        var parsed = provider.Parse(Request.WithHeader("x-amz-sns-rawdelivery", "true").WithBody(message));

        parsed.Events.ShouldHaveSingleItem().DedupKey.ShouldBe(provider.Parse(Request).Events[0].DedupKey);
    }

    [Fact]
    public async Task Verify_CertificateCannotBeHad_IsAskedToComeAgain()
    {
        var context = new CallbackContext { Credentials = Delivery.Credentials(), Now = Delivery.Now!.Value, Certificates = new Source(null) };

        (await provider.VerifyAsync(Request, context, CancellationToken.None)).Answer.Status.ShouldBe(503);
    }

    [Theory]
    [InlineData(7200, false)]
    [InlineData(int.MaxValue, true)]
    [InlineData(null, true)]
    public async Task Verify_OldTimestamp_IsRefusedOnlyBelowAChosenLimit(int? limit, bool valid)
    {
        var context = new CallbackContext { Credentials = Delivery.Credentials() with { MaxAgeSeconds = limit }, Now = Delivery.Now!.Value.AddHours(26), Certificates = source };

        (await provider.VerifyAsync(Request, context, CancellationToken.None)).IsValid.ShouldBe(valid);
    }

    [Theory]
    [InlineData("no json", 400)]
    [InlineData("", 400)]
    [InlineData("[]", 403)]
    [InlineData("{\"Type\":\"Notification\"}", 403)]
    [InlineData("{\"Type\":\"Notification\",\"MessageId\":1}", 403)]
    public async Task Verify_NoSnsMessage_IsRefused(string body, int status) =>
        (await VerifyAsync(Request.WithBody(body), Delivery.Credentials())).Answer.Status.ShouldBe(status);

    [Fact]
    public void CheckCredentials_NothingGiven_NamesTheTopics() =>
        provider.CheckCredentials(new ProviderCredentials()).ShouldHaveSingleItem().Key.ShouldBe("allowedTopicArns");

    [Fact]
    public void CheckCredentials_Malformed_NamesEach() =>
        provider.CheckCredentials(new ProviderCredentials { AllowedTopicArns = [Topic, "my-topic", $"{Topic}:2bcfbf39"], Basic = [new("a:b", "c")], MaxAgeSeconds = 0 })
            .Select(f => f.Key).ShouldBe(["allowedTopicArns[1]", "allowedTopicArns[2]", "basic[0]", "maxAgeSeconds"]);

    private ValueTask<Verification> VerifyAsync(CallbackRequest request, ProviderCredentials credentials) =>
        provider.VerifyAsync(request, new CallbackContext { Credentials = credentials, Now = Delivery.Now!.Value, Certificates = source }, CancellationToken.None);

    private sealed class Source(string? pem) : ICertificateSource
    {
        public int Downloads { get; private set; }

        public ValueTask<X509Certificate2?> GetAsync(Uri url, CancellationToken cancellation)
        {
            Downloads++;
            return ValueTask.FromResult(pem is null ? null : X509Certificate2.CreateFromPem(pem));
        }
    }
}
