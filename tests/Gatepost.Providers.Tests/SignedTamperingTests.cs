using CsCheck;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Providers.Tests;

/// <summary>One octet changed anywhere: what is still accepted has the same signed octets and the same signature.</summary>
public sealed class SignedTamperingTests
{
    private static readonly string[] Unsigned = ["Content-Type", "User-Agent"];

    public static TheoryData<string> OnePerScheme => [.. SignedVectors.All.GroupBy(v => (v.Scheme, v.Route)).Select(g => g.OrderBy(v => v.Requests()[0].Body.Length).First().Path)];

    [Theory]
    [MemberData(nameof(OnePerScheme))]
    public void Verify_EachOctetChanged_IsRefusedOrSignedTheSame(string path)
    {
        var vector = Vector.TryRead(path)!;
        var request = vector.Requests()[0];

        foreach (var changed in EachOctet(request))
            ShouldBeRefusedOrTheSame(vector, request, changed);
    }

    [Fact]
    public void Verify_AnyOctetChanged_IsRefusedOrSignedTheSame() =>
        Gen.Select(Gen.Int[0, SignedVectors.All.Count - 1], Gen.Int[0, 1_000_000], Gen.Byte).Sample((index, at, octet) =>
        {
            var vector = SignedVectors.All[index];
            var request = vector.Requests()[0];
            var body = request.Body.ToArray();
            if (body.Length > 0)
                body[at % body.Length] = octet;

            ShouldBeRefusedOrTheSame(vector, request, request with { Body = body });
        });

    [Fact]
    public void Verify_AnyHeaderValue_DoesNotThrow() =>
        Gen.Select(Gen.Int[0, SignedVectors.All.Count - 1], Gen.String, Gen.Int[0, 20]).Sample((index, text, at) =>
        {
            var vector = SignedVectors.All[index];
            var request = vector.Requests()[0];
            var header = request.Headers.Keys.ElementAt(at % request.Headers.Count);

            vector.IsValid(request.WithHeader(header, text));
            vector.IsValid(request with { Headers = new Dictionary<string, StringValues>(request.Headers) { [header] = new([text, text]) } });
        });

    [Fact]
    public void Verify_AnyBody_IsRefused() =>
        Gen.Select(Gen.Int[0, SignedVectors.All.Count - 1], Gen.Byte.Array[0, 200]).Where((index, _) => SignedVectors.All[index].Scheme != "plivo-v2").Sample((index, body) =>
        {
            var vector = SignedVectors.All[index];
            var request = vector.Requests()[0];

            (vector.IsValid(request with { Body = body }) && request.Method == "POST").ShouldBeFalse();
        });

    private static void ShouldBeRefusedOrTheSame(Vector vector, CallbackRequest request, CallbackRequest changed)
    {
        if (vector.IsValid(changed))
            vector.SignedPart(changed).ShouldBe(vector.SignedPart(request), vector.Path);
    }

    private static IEnumerable<CallbackRequest> EachOctet(CallbackRequest request)
    {
        for (var i = 0; i < request.Body.Length; i++)
        {
            var body = request.Body.ToArray();
            body[i] ^= 1;
            yield return request with { Body = body };
        }

        for (var i = 0; i < request.Url.Length; i++)
            yield return request with { Url = Changed(request.Url, i) };
        foreach (var (name, value) in request.Headers.Where(h => !Unsigned.Contains(h.Key)))
        {
            for (var i = 0; i < value.ToString().Length; i++)
                yield return request.WithHeader(name, Changed(value.ToString(), i));
        }
    }

    private static string Changed(string text, int at) => $"{text[..at]}{(char)(text[at] ^ 1)}{text[(at + 1)..]}";
}
