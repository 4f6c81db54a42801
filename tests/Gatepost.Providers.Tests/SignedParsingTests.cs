using System.Text;
using CsCheck;

namespace Gatepost.Providers.Tests;

/// <summary>Authentic bodies in any shape are read, or it is said that they cannot be read.</summary>
public sealed class SignedParsingTests
{
    private static readonly string[] Values =
    [
        "null", "[]", "{}", "[[{}]]", "[null,1,\"a\"]", "true", "-1", "1e999", "99999999999999999999999999", "\"\"", "\"\\ud83d\"", "{\"\\udc00\":1}", "\"9999-99-99T99:99:99Z\"",
    ];

    // SNS text in raw delivery, a Mailgun event, a Mandrill batch.
    private static readonly (Vector Vector, string Json)[] Bodies = [.. SignedVectors.All.Select(v => (v, Inner(v))).Where(b => b.Item2.Length > 0)];

    [Fact]
    public void Parse_OneValueOfAnotherType_ReadsOrSaysThatItCannot() =>
        Gen.Select(Gen.Int[0, Bodies.Length - 1], Gen.Int[0, 200], Gen.Int[0, Values.Length - 1]).Sample((index, at, value) =>
        {
            var (vector, json) = Bodies[index];

            Read(vector, Outer(vector, Replaced(json, at, Values[value])));
        });

    [Fact]
    public void Parse_OneOctetChanged_ReadsOrSaysThatItCannot() =>
        Gen.Select(Gen.Int[0, SignedVectors.All.Count - 1], Gen.Int[0, 1_000_000], Gen.Byte).Sample((index, at, octet) =>
        {
            var vector = SignedVectors.All[index];
            var request = vector.Requests()[0];
            var body = request.Body.ToArray();
            if (body.Length > 0)
                body[at % body.Length] = octet;

            Read(vector, request with { Body = body });
        });

    private static void Read(Vector vector, CallbackRequest request)
    {
        try
        {
            vector.Provider().Parse(request).ShouldNotBeNull();
        }
        catch (CallbackFormatException)
        {
            // The request is kept and marked unparsed.
        }
    }

    private static string Inner(Vector vector) => vector.Scheme switch
    {
        "sns" => CallbackJson.Parse(vector.Requests()[0].Body).Text("Message")!.Trim() is ['{', ..] text ? text : "",
        "mandrill" => FormParts.TryRead(vector.Requests()[0])!.First("mandrill_events")!.Text,
        "mailgun" => Encoding.UTF8.GetString(vector.Requests()[0].Body.Span) is ['{', ..] text ? text : "",
        _ => "",
    };

    private static CallbackRequest Outer(Vector vector, string json) => vector.Scheme switch
    {
        "sns" => vector.Requests()[0].WithHeader("x-amz-sns-rawdelivery", "true").WithBody(json),
        "mandrill" => vector.Requests()[0].WithBody($"mandrill_events={Uri.EscapeDataString(json)}"),
        _ => vector.Requests()[0].WithBody(json),
    };

    /// <summary>Puts another value behind one of the names.</summary>
    private static string Replaced(string json, int at, string value)
    {
        var octets = Encoding.UTF8.GetBytes(json);
        var reader = new System.Text.Json.Utf8JsonReader(octets);
        var places = new List<(int Start, int End)>();
        while (reader.Read())
        {
            if (reader.TokenType != System.Text.Json.JsonTokenType.PropertyName)
                continue;
            var skipping = reader;
            skipping.Read();
            var start = (int)skipping.TokenStartIndex;
            skipping.Skip();
            places.Add((start, (int)skipping.BytesConsumed));
        }

        if (places.Count == 0)
            return value;
        var (from, to) = places[at % places.Count];
        return Encoding.UTF8.GetString(octets.AsSpan(0, from)) + value + Encoding.UTF8.GetString(octets.AsSpan(to));
    }
}
