using Gatepost.Providers.Mandrill;

namespace Gatepost.Providers.Tests.Mandrill;

public sealed class MandrillProviderTests
{
    private static readonly Vector Batch = SignedVectors.All.First(v => v.Scheme == "mandrill" && v.Json.Text("name") == "batch-of-three");
    private static readonly Vector Empty = SignedVectors.All.First(v => v.Scheme == "mandrill" && v.Json.Text("name") == "empty-batch-test-post");

    private readonly MandrillProvider provider = new();

    [Fact]
    public async Task Verify_HeadBeforeTheKeyIsKnown_IsAnsweredAndNothingElse() =>
        (await VerifyAsync(Batch.Requests()[0] with { Method = "HEAD", Body = default }, new ProviderCredentials())).IsHandshake.ShouldBeTrue();

    [Fact]
    public async Task Verify_EmptyBatchWithoutTheTestKeyConfigured_IsRefused() =>
        (await VerifyAsync(Empty.Requests()[0], Empty.Credentials() with { EmptyBatchSecret = null })).IsValid.ShouldBeFalse();

    [Fact]
    public async Task Verify_EventsSignedWithTheTestKey_IsRefused()
    {
        var key = Batch.Credentials().Secrets[0];

        (await VerifyAsync(Batch.Requests()[0], new ProviderCredentials { Secrets = ["other"], EmptyBatchSecret = key })).IsValid.ShouldBeFalse();
    }

    [Fact]
    public async Task Verify_SecondBatchInTheForm_IsRefused()
    {
        var body = System.Text.Encoding.UTF8.GetString(Batch.Requests()[0].Body.Span);

        (await VerifyAsync(Batch.Requests()[0].WithBody($"{body}&mandrill_events="), Batch.Credentials())).IsValid.ShouldBeFalse();
    }

    [Fact]
    public void Parse_NoIdAndNoUnicode_IsStillTheSameEventTwice()
    {
        var request = Batch.Requests()[0].WithBody("""mandrill_events=[{"event":"send","msg":{"subject":"%FB"}}]""");

        var keys = new[] { request, request }.SelectMany(r => provider.Parse(r).Events).Select(e => e.DedupKey);

        keys.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Verify_KeyIsRotated_OldAndNewAreRight() =>
        (await VerifyAsync(Batch.Requests()[0], new ProviderCredentials { Secrets = ["new", .. Batch.Credentials().Secrets] })).IsValid.ShouldBeTrue();

    [Fact]
    public void Parse_MixedBatch_ReadsBothKinds()
    {
        const string Events = """[{"event":"send","_id":"a","ts":1,"msg":{"email":"a@x.test"}},{"event":"inbound","msg":{"raw_msg":"From: b@x.test\n\nHi","email":"help@x.test"}},{"type":"whitelist"}]""";

        provider.Parse(Batch.Requests()[0].WithBody($"mandrill_events={Uri.EscapeDataString(Events)}")).Events.Select(e => e.Kind)
            .ShouldBe([CallbackEventKind.Status, CallbackEventKind.Inbound]);
    }

    [Fact]
    public void CheckCredentials_NothingGiven_NamesTheKey() =>
        provider.CheckCredentials(new ProviderCredentials()).ShouldHaveSingleItem().Key.ShouldBe("secrets");

    private ValueTask<Verification> VerifyAsync(CallbackRequest request, ProviderCredentials credentials) =>
        provider.VerifyAsync(request, new CallbackContext { Credentials = credentials, Now = DateTimeOffset.UnixEpoch }, CancellationToken.None);
}
