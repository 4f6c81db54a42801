namespace Gatepost.Providers.Tests;

/// <summary>Broken bodies never make a provider throw: verifying refuses them, and parsing knows one exception.</summary>
public sealed class HostileInputTests
{
    private const int Variants = 24;

    // What parsers trip over: half a surrogate pair, invalid UTF-8, depth, numbers that no type holds, a cut escape.
    private static readonly byte[][] Nasties =
    [
        "\"\\ud83d\""u8.ToArray(), [0xFF, 0xC0, 0x80], "[[[[[[[[[["u8.ToArray(), "1e99999"u8.ToArray(), "-0.0000001"u8.ToArray(),
        "99999999999999999999999999999999"u8.ToArray(), "null"u8.ToArray(), "%"u8.ToArray(), "%ff%00"u8.ToArray(), "\r\n\r\n"u8.ToArray(), "0000-99-99T99:99"u8.ToArray(),
    ];

    public static TheoryData<string> Paths => TamperingTests.Paths;

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Receive_BrokenBody_ThrowsNothingButFormat(string path)
    {
        var vector = Vector.TryRead(path)!;
        var provider = ProviderCatalog.Find(vector.Account, vector.Route)!;
        var request = vector.Requests()[0];
        var random = new Random(vector.ToString().Length);

        for (var i = 0; i < Variants; i++)
        {
            var broken = request with { Body = Broken(request.Body.Span, random) };
            await VectorTests.VerifyAsync(provider, vector, broken);
            var thrown = Record.Exception(() => provider.Parse(broken));
            (thrown is null or CallbackFormatException).ShouldBeTrue($"{path}\n{System.Text.Encoding.Latin1.GetString(broken.Body.Span)}\n{thrown}");
        }
    }

    /// <summary>Cut short, or a piece replaced by something nasty.</summary>
    private static byte[] Broken(ReadOnlySpan<byte> body, Random random)
    {
        var start = random.Next(body.Length + 1);
        if (random.Next(4) == 0)
            return body[..start].ToArray();
        var end = Math.Min(body.Length, start + random.Next(12));
        return [.. body[..start], .. Nasties[random.Next(Nasties.Length)], .. body[end..]];
    }
}
