using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Providers.Tests;

/// <summary>What is changed on the way is refused, or reads the same; what is no callback at all never throws anything but that.</summary>
public sealed class MessagingTamperingTests
{
    private static readonly string[] Providers = ["bird", "gupshup", "messagebird", "meta-whatsapp", "vonage"];
    private static readonly string[] Unsigned = ["Content-Type", "User-Agent", "Accept"];

    private static readonly Vector[] Valid =
    [
        .. Vector.Below(VectorFolders.Own).Where(v => v.Type == "request" && Providers.Contains(v.Provider) && v.Expect.GetProperty("valid").GetBoolean()),
    ];

    private static readonly Gen<(Vector, int, int, byte)> Change = Gen.Select(Of(Valid), Gen.Int[0, 2], Gen.Int[0, 1_000_000], Gen.Byte);

    /// <summary>Gupshup signs nothing: there a changed body is accepted.</summary>
    [Fact]
    public void Verify_OneOctetChanged_IsRefusedOrReadsTheSame() => Change.Where(c => c.Item1.Provider != "gupshup").Sample(change =>
    {
        var (vector, part, at, octet) = change;
        var (provider, request) = (Find(vector), vector.Requests()[0]);
        var changed = Changed(request, part, at, octet);

        if (Verify(provider, vector, changed))
            Read(provider, changed).ShouldBe(Read(provider, request));
    });

    [Fact]
    public void Parse_OneOctetChanged_ReadsOrSaysThatItCannot() => Change.Sample(change =>
    {
        var (vector, _, at, octet) = change;

        Read(Find(vector), Changed(vector.Requests()[0], 0, at, octet));
    });

    [Fact]
    public void Parse_OneValueOfAnotherType_ReadsOrSaysThatItCannot() => Gen.Select(Of(Valid), Gen.Int[0, 100], Of(
        "null", "[]", "{}", "[[{}]]", "[null,1,\"a\"]", "true", "-1", "1e999", "99999999999999999999999999", "\"\"", "\"\\ud83d\"", "{\"\\udc00\":1}")).Sample((vector, at, value) =>
    {
        var request = vector.Requests()[0];
        var body = Encoding.UTF8.GetString(request.Body.Span);
        var colons = Enumerable.Range(0, body.Length).Where(i => body[i] == ':' && i > 0 && body[i - 1] == '"').ToList();
        if (colons.Count == 0)
            return;
        var start = colons[at % colons.Count] + 1;

        Read(Find(vector), request with { Body = Encoding.UTF8.GetBytes(body[..start] + value + body[End(body, start)..]) });
    });

    [Fact]
    public void Verify_AnyHeader_DoesNotThrow() => Gen.Select(Of(Valid), Gen.String, Of("", "v1,", "sha256=", "Bearer ", "Basic ", "a.b.", "e30.e30.")).Sample((vector, text, prefix) =>
    {
        var request = vector.Requests()[0];
        var headers = request.Headers.ToDictionary(h => h.Key, h => Unsigned.Contains(h.Key) ? h.Value : new StringValues(prefix + text));

        Verify(Find(vector), vector, request with { Headers = new Dictionary<string, StringValues>(headers, StringComparer.OrdinalIgnoreCase) });
    });

    private static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>The events as text; the refusal to read where it cannot be read.</summary>
    private static string Read(IProvider provider, CallbackRequest request)
    {
        try
        {
            return JsonSerializer.Serialize(provider.Parse(request));
        }
        catch (CallbackFormatException)
        {
            return "unparsed";
        }
    }

    private static bool Verify(IProvider provider, Vector vector, CallbackRequest request) =>
        VectorTests.VerifyAsync(provider, vector, request).GetAwaiter().GetResult().IsValid;

    private static IProvider Find(Vector vector) => ProviderCatalog.Find(vector.Account, vector.Route)!;

    private static CallbackRequest Changed(CallbackRequest request, int part, int at, byte octet)
    {
        var signed = request.Headers.Where(h => !Unsigned.Contains(h.Key)).ToList();
        if (part == 0 && !request.Body.IsEmpty)
        {
            var body = request.Body.ToArray();
            body[at % body.Length] = octet;
            return request with { Body = body };
        }

        if (part == 1 || signed.Count == 0)
            return request with { Url = Put(request.Url, at, (char)(octet & 127)) };
        var (name, value) = signed[at % signed.Count];
        return request with
        {
            Headers = new Dictionary<string, StringValues>(request.Headers, StringComparer.OrdinalIgnoreCase) { [name] = Put(value.ToString(), at, (char)octet) },
        };
    }

    private static string Put(string text, int at, char c) => text.Length == 0 ? text : $"{text[..(at % text.Length)]}{c}{text[((at % text.Length) + 1)..]}";

    /// <summary>Where a JSON value ends that begins at an index.</summary>
    private static int End(string json, int start)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json[start..]), isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { AllowMultipleValues = true }));
        reader.Read();
        if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            reader.TrySkip();
        return start + Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(json[start..]).AsSpan(0, (int)reader.BytesConsumed)).Length;
    }
}
