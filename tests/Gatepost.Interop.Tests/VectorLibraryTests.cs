using System.Text.Json;
using System.Text.Json.Nodes;
using Gatepost.Providers;
using Gatepost.Testing.Vectors;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Interop.Tests;

/// <summary>The project's own vectors are signed by a signer of ours: the official libraries must agree with it.</summary>
public sealed class VectorLibraryTests(OfficialLibraries libraries)
{
    private static readonly Dictionary<string, string> LibraryOf = new()
    {
        ["messagebird-legacy-hmac"] = "messagebird",
        ["messagebird-signature-jwt"] = "messagebird",
        ["plivo-v2"] = "plivo",
        ["plivo-v3"] = "plivo",
        ["sendgrid-ecdsa"] = "sendgrid",
        ["sns"] = "sns",
        ["twilio"] = "twilio",
        ["vonage-messages-jwt"] = "vonage",
    };

    /// <summary>Right all the same, and known: see the vectors' notes.</summary>
    private static readonly string[] RefusedByTheLibraryAlone =
    [
        "gen-07-parsed-attachments-inline", // @sendgrid/eventwebhook reads the body as UTF-8, and this one has images in it
        "gen-10-get-apostrophe-signed-raw", // twilio escapes the rest of the query anew
    ];

    public static TheoryData<string> Valid => [.. Paths.Where(p => !IsKnown(p))];

    public static TheoryData<string> Known => [.. Paths.Where(IsKnown)];

    private static IEnumerable<string> Paths =>
        Vector.Below(VectorFolders.Own).Where(v => v.Type == "request" && LibraryOf.ContainsKey(v.Scheme) && v.Expect.GetProperty("valid").GetBoolean()).Select(v => v.Path);

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task Verify_ValidVector_IsAcceptedUntilItIsChanged(string path)
    {
        var vector = Vector.TryRead(path)!;
        var request = vector.Requests()[0];

        (await AcceptsAsync(vector, request)).ShouldBeTrue();
        (await AcceptsAsync(vector, Changed(vector, request))).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Known))]
    public async Task Verify_KnownDifference_IsStillOne(string path)
    {
        var vector = Vector.TryRead(path)!;

        (await AcceptsAsync(vector, vector.Requests()[0])).ShouldBeFalse();
    }

    private static bool IsKnown(string path) => RefusedByTheLibraryAlone.Contains(Path.GetFileNameWithoutExtension(path));

    private Task<bool> AcceptsAsync(Vector vector, CallbackRequest request) =>
        libraries.AcceptAsync(LibraryOf[vector.Scheme], request, vector.Credentials(), vector.Now ?? DateTimeOffset.UnixEpoch, vector.CertificatePem);

    /// <summary>In what the scheme signs.</summary>
    private static CallbackRequest Changed(Vector vector, CallbackRequest request) => vector.Scheme switch
    {
        "plivo-v2" or "twilio" or "messagebird-signature-jwt" => request with { Url = request.Url.Replace("https://", "https://x", StringComparison.Ordinal) },
        "vonage-messages-jwt" => request with { Headers = new Dictionary<string, StringValues>(request.Headers) { ["Authorization"] = request.Header("Authorization") + "A" } },
        "sns" => request with { Body = WithOtherMessage(request.Body) },
        _ => request with { Body = (byte[])[.. request.Body.Span, .. "&x=y"u8] },
    };

    private static byte[] WithOtherMessage(ReadOnlyMemory<byte> body)
    {
        var message = JsonNode.Parse(body.Span)!.AsObject();
        message["Message"] = message["Message"] + " ";
        return JsonSerializer.SerializeToUtf8Bytes(message);
    }
}
