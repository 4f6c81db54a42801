using System.Security.Cryptography.X509Certificates;

namespace Gatepost.Providers.Tests;

/// <summary>Every vector through verify and parse.</summary>
public sealed class VectorTests
{
    private static readonly DateTimeOffset NoTimeRule = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Paths => [.. VectorFolders.All().SelectMany(Vector.Below).Where(v => v.Type is "request" or "scenario").Select(v => v.Path)];

    [Fact]
    public void Find_EachNamedFolder_HoldsVectors() => VectorFolders.All().ShouldAllBe(folder => Vector.Below(folder).Any() || MailVector.Below(folder).Any());

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Receive_Vector_GivesTheExpectedVerdictAndEvents(string path)
    {
        var vector = Vector.TryRead(path)!;
        var provider = ProviderCatalog.Find(vector.Account, vector.Route).ShouldNotBeNull($"{vector.Account} on {vector.Route}");
        var requests = vector.Requests();

        for (var i = 0; i < requests.Count; i++)
        {
            var verification = await VerifyAsync(provider, vector, requests[i]);

            verification.IsValid.ShouldBe(At(vector, "valid", i).GetBoolean(), $"{path}: {verification.Reason}");
            verification.Answer.Status.ShouldBe(At(vector, "httpStatus", i).GetInt32(), $"{path}: {verification.Reason}");
            if (verification.IsValid && requests.Count == 1)
                CheckEvents(provider, vector, requests[i], verification);
        }
    }

    internal static async Task<Verification> VerifyAsync(IProvider provider, Vector vector, CallbackRequest request)
    {
        var certificates = new StubbedDownload(vector.CertificatePem);
        var context = new CallbackContext { Credentials = vector.Credentials(), Now = vector.Now ?? NoTimeRule, Certificates = certificates };
        // Where a vector gives no clock no time rule applies.
        if (vector.Now is null)
            context = context with { Credentials = context.Credentials with { MaxAgeSeconds = int.MaxValue } };
        var verification = await provider.VerifyAsync(request, context, CancellationToken.None);
        return verification.Replay is { } guard && Seen(vector, guard.Key) ? AsSeen(guard) : verification;
    }

    private static void CheckEvents(IProvider provider, Vector vector, CallbackRequest request, Verification verification)
    {
        var expect = vector.Expect;
        if (expect.Member("signatureOnly")?.GetBoolean() == true)
            return;
        CheckAnswer(expect, verification);
        if (expect.Member("unparsed")?.GetBoolean() == true)
        {
            Should.Throw<CallbackFormatException>(() => provider.Parse(request));
            return;
        }

        var parsed = verification.IsHandshake ? ParsedCallback.Nothing : provider.Parse(request);
        if (expect.Member("events") is { } events)
            VectorEvents.Compare(events, parsed.Events.Select(VectorEvents.ToJson)).ShouldBeEmpty(vector.Path);
        if (expect.Member("distinctEvents") is { } distinct)
            parsed.Events.Select(e => e.DedupKey).Distinct().Count().ShouldBe(distinct.GetInt32());
        if (expect.Text("action") is { } action)
            (parsed.ConfirmSubscription is not null).ShouldBe(action == "confirm-subscription");
    }

    private static void CheckAnswer(System.Text.Json.JsonElement expect, Verification verification)
    {
        if (expect.Member("response") is not { } response)
            return;
        if (response.Text("body") is { } body)
            verification.Answer.Body.ShouldBe(body);
        if (response.Text("bodyContains") is { } part)
            verification.Answer.Body.ShouldContain(part);
        if (response.Text("contentType") is { } type)
            (verification.Answer.ContentType ?? "").ShouldStartWith(type);
    }

    private static System.Text.Json.JsonElement At(Vector vector, string member, int step)
    {
        var value = vector.Expect.GetProperty(member);
        return value.ValueKind == System.Text.Json.JsonValueKind.Array ? value[step] : value;
    }

    private static bool Seen(Vector vector, string key) => vector.Json.Member("state") is { } state
        && state.EnumerateObject().Any(list => list.Value.EnumerateArray().Any(seen => key.Contains(seen.GetString()!, StringComparison.Ordinal)));

    private static Verification AsSeen(ReplayGuard guard) => guard.StatusWhenSeen is >= 200 and < 300
        // Answered, and nothing else: as the inbox does it.
        ? Verification.Handshake(new CallbackAnswer(guard.StatusWhenSeen))
        : Verification.Refused("It was seen before.", guard.StatusWhenSeen);

    private sealed class StubbedDownload(string? pem) : ICertificateSource
    {
        public ValueTask<X509Certificate2?> GetAsync(Uri url, CancellationToken cancellation) =>
            ValueTask.FromResult(pem is null ? null : X509Certificate2.CreateFromPem(pem));
    }
}
