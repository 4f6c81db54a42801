using System.Text;
using System.Text.RegularExpressions;
using CsCheck;

namespace Gatepost.Providers.Tests.Email;

/// <summary>Authentic bodies in any shape are read, or it is said that they cannot be read.</summary>
public sealed partial class EmailParsingTests
{
    private static readonly string[] Accounts = ["brevo", "cloudflare", "mime", "postmark", "resend", "sparkpost"];

    private static readonly string[] Values =
    [
        "null", "[]", "{}", "[[{}]]", "[null,1,\"a\"]", "true", "-1", "1e999", "99999999999999999999999999", "\"\"", "\"\\ud83d\"", "{\"\\udc00\":1}", "\"9999-99-99T99:99:99Z\"",
    ];

    private static readonly Vector[] Valid =
    [
        .. VectorFolders.All().SelectMany(Vector.Below).Where(v => v.Type == "request" && Accounts.Contains(v.Account) && v.Expect.GetProperty("valid").GetBoolean()),
    ];

    [Fact]
    public void Parse_OneValueOfAnotherType_ReadsOrSaysThatItCannot() =>
        Gen.Select(Gen.Int[0, Valid.Length - 1], Gen.Int[0, 200], Gen.Int[0, Values.Length - 1]).Sample((index, at, value) =>
        {
            var request = Valid[index].Requests()[0];
            var body = Encoding.UTF8.GetString(request.Body.Span);
            var places = JsonValue().Matches(body);
            if (places.Count == 0)
                return;
            var place = places[at % places.Count];

            Read(Valid[index], request with { Body = Encoding.UTF8.GetBytes(body[..place.Index] + Values[value] + body[(place.Index + place.Length)..]) });
        });

    [Fact]
    public void Parse_OneOctetChanged_ReadsOrSaysThatItCannot() =>
        Gen.Select(Gen.Int[0, Valid.Length - 1], Gen.Int[0, 1_000_000], Gen.Byte).Sample((index, at, octet) =>
        {
            var request = Valid[index].Requests()[0];
            var body = request.Body.ToArray();
            body[at % body.Length] = octet;

            Read(Valid[index], request with { Body = body });
        });

    [Fact]
    public void Verify_AnyHeader_DoesNotThrow() => Gen.Select(Gen.Int[0, Valid.Length - 1], Gen.String, Gen.Int[0, 20]).Sample((index, text, at) =>
    {
        var request = Valid[index].Requests()[0];
        var header = request.Headers.Keys.ElementAt(at % request.Headers.Count);
        var headers = new Dictionary<string, Microsoft.Extensions.Primitives.StringValues>(request.Headers, StringComparer.OrdinalIgnoreCase) { [header] = text };

        VectorTests.VerifyAsync(Provider(Valid[index]), Valid[index], request with { Headers = headers }).GetAwaiter().GetResult().ShouldNotBeNull();
    });

    private static void Read(Vector vector, CallbackRequest request)
    {
        try
        {
            Provider(vector).Parse(request).ShouldNotBeNull();
        }
        catch (CallbackFormatException)
        {
            // The request is kept and marked unparsed.
        }
    }

    private static IProvider Provider(Vector vector) => ProviderCatalog.Find(vector.Account, vector.Route)!;

    [GeneratedRegex("(?<=\"\\s*:\\s*)(\"(?:[^\"\\\\]|\\\\.)*\"|-?[0-9.]+|true|false|null)")]
    private static partial Regex JsonValue();
}
