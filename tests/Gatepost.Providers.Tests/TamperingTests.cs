using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Providers.Tests;

/// <summary>
/// One octet of an authentic request changed: it is refused, unless the provider does not sign that octet or its decoded form
/// stayed the same (<see cref="SignedParts"/>).
/// </summary>
public sealed partial class TamperingTests
{
    private const int MutationsPerPart = 8;

    // Where a scheme signs a few octets of a long body most changes miss them.
    private const int MaxTries = 400;

    public static TheoryData<string> Paths =>
    [
        .. VectorFolders.All().SelectMany(Vector.Below)
            // HEAD is how a provider asks whether the URL is there: nothing of it is signed.
            .Where(v => v.Type == "request" && v.Json.Text("method") != "HEAD" && v.Expect.GetProperty("valid").GetBoolean() && ProviderCatalog.Find(v.Account, v.Route) is not null)
            .Select(v => v.Path),
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Verify_BodyChanged_IsRefusedWhereItIsSigned(string path)
    {
        var vector = Vector.TryRead(path)!;
        if (Parts(vector).Body is not { } signed || vector.Requests()[0].Body.IsEmpty)
            return;

        await CheckAsync(vector, signed, (request, random) => request with { Body = Changed(request.Body.ToArray(), random) });
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Verify_UrlChanged_IsRefusedWhereItIsSigned(string path)
    {
        var vector = Vector.TryRead(path)!;
        if (Parts(vector).Url is not { } signed || signed(vector.Requests()[0]).Length == 0)
            return;

        await CheckAsync(vector, signed, (request, random) => request with { Url = Changed(request.Url, random) });
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Verify_SignedHeaderChanged_IsRefused(string path)
    {
        var vector = Vector.TryRead(path)!;

        foreach (var name in Parts(vector).Headers.Where(vector.Requests()[0].Headers.ContainsKey))
            await CheckAsync(vector, r => r.Headers[name].ToString().Trim(), (request, random) => With(request, name, Changed(request.Headers[name].ToString(), random)));
    }

    /// <summary>All signatures at once, because one good one is enough.</summary>
    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Verify_SignatureChanged_IsRefused(string path)
    {
        var vector = Vector.TryRead(path)!;
        string[] proof = [.. Parts(vector).Proof.Concat(vector.Credentials().Headers.Select(h => h.Name)).Where(vector.Requests()[0].Headers.ContainsKey)];
        if (proof.Length == 0)
            return;

        await CheckAsync(
            vector,
            request => string.Join('\n', proof.Select(name => SignedOctets.Header(request.Headers[name].ToString()))),
            (request, random) => proof.Aggregate(request, (r, name) => With(r, name, ChangedTokens(r.Headers[name].ToString(), random))));
    }

    private static SignedParts Parts(Vector vector)
    {
        var parts = SignedParts.ByScheme[vector.Scheme];
        // Some schemes let one kind of request through unsigned, such as Mandrill's HEAD.
        var isSigned = parts.Proof.Count == 0 || parts.Proof.Any(vector.Requests()[0].Headers.ContainsKey);
        return isSigned ? parts : new SignedParts();
    }

    private static async Task CheckAsync(Vector vector, Func<CallbackRequest, string> signed, Func<CallbackRequest, Random, CallbackRequest> change)
    {
        var provider = ProviderCatalog.Find(vector.Account, vector.Route)!;
        var request = vector.Requests()[0];
        var original = signed(request);
        var random = new Random(vector.ToString().Aggregate(17, (hash, c) => unchecked((hash * 31) + c)));
        var changed = 0;
        for (var tries = 0; changed < MutationsPerPart && tries < MaxTries; tries++)
        {
            var tampered = change(request, random);
            if (signed(tampered) == original)
                continue;
            changed++;
            if ((await VectorTests.VerifyAsync(provider, vector, tampered)).IsValid)
                Assert.Fail($"{vector.Path}\n{tampered.Url}\n{string.Join('\n', tampered.Headers)}\n{Encoding.Latin1.GetString(tampered.Body.Span)}");
        }

        changed.ShouldBeGreaterThan(0, vector.Path);
    }

    private static byte[] Changed(byte[] octets, Random random)
    {
        octets[random.Next(octets.Length)] ^= (byte)(1 << random.Next(8));
        return octets;
    }

    /// <summary>One character becomes another one that is printable: nothing else passes a HTTP parser.</summary>
    private static string Changed(string text, Random random)
    {
        var at = random.Next(text.Length);
        var other = (char)random.Next('!', '~');
        return $"{text[..at]}{(other == text[at] ? '~' : other)}{text[(at + 1)..]}";
    }

    /// <summary>Changes every token but the names of schemes and versions.</summary>
    private static string ChangedTokens(string header, Random random) =>
        LongTokens().IsMatch(header) ? LongTokens().Replace(header, token => Changed(token.Value, random)) : Changed(header, random);

    private static CallbackRequest With(CallbackRequest request, string header, string value) =>
        request with { Headers = new Dictionary<string, StringValues>(request.Headers, StringComparer.OrdinalIgnoreCase) { [header] = value } };

    [GeneratedRegex("[^ ,]{7,}")]
    private static partial Regex LongTokens();
}
