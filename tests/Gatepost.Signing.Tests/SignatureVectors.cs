using System.Text;

namespace Gatepost.Signing.Tests;

/// <summary>Signatures that others made: RFC 4231, OpenSSL and Python's hmac.</summary>
public static class SignatureVectors
{
    public const string Secret = "a secret of 16+ chars";
    public const string Body = """{"eventType":"ticket.created"}""";
    public const string Signature = "sha256=4cb340f394809213772e01923571a51b7672fc8eb37748878f8f8ce0ff90b6f7";

    /// <summary>RFC 4231 4.2, 4.3 and 4.7: key, data, digest.</summary>
    public static TheoryData<byte[], byte[], string> Rfc4231 => new()
    {
        { [.. Enumerable.Repeat((byte)0x0b, 20)], "Hi There"u8.ToArray(), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
        { "Jefe"u8.ToArray(), "what do ya want for nothing?"u8.ToArray(), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
        {
            [.. Enumerable.Repeat((byte)0xaa, 131)], "Test Using Larger Than Block-Size Key - Hash Key First"u8.ToArray(),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        },
    };

    /// <summary>Secret, body, header value.</summary>
    public static TheoryData<string, byte[], string> Ours => new()
    {
        { Secret, Encoding.UTF8.GetBytes(Body), Signature },
        { Secret, [], "sha256=959d0860e7c30498f6fdd1ce2013533ce3582d6817c754c167014f92c82ae18a" },
        {
            "schlüssel mit Ümläuten \U0001F511", """{"subject":"Grüße"}"""u8.ToArray(),
            "sha256=f78056ea1b22353a1d270fe4a5e33bda3863159d4462c554fed0e3059e4ead0a"
        },
        {
            new string('x', 500), [.. Enumerable.Range(0, 256).Select(i => (byte)i)],
            "sha256=a5eb60bb406c21d97657bfab87cf4540daefae6d25b3ea8e6d3fdbafef6c68b7"
        },
    };
}
