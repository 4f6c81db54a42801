using System.Text;

namespace Gatepost.Providers;

/// <summary><c>application/x-www-form-urlencoded</c> to octets: a form may carry a whole e-mail in any charset.</summary>
internal static class UrlEncodedBody
{
    /// <returns>Null when there are more fields than anybody sends: it is read before the sender is known.</returns>
    public static List<FormPart>? TryRead(ReadOnlyMemory<byte> body, int mostFields)
    {
        var parts = new List<FormPart>();
        var span = body.Span;
        foreach (var range in span.Split((byte)'&'))
        {
            var pair = span[range];
            if (pair.IsEmpty)
                continue;
            if (parts.Count == mostFields)
                return null;
            var equals = pair.IndexOf((byte)'=');
            var name = equals < 0 ? pair : pair[..equals];
            parts.Add(new FormPart(Encoding.UTF8.GetString(Decode(name)), equals < 0 ? Array.Empty<byte>() : Decode(pair[(equals + 1)..])));
        }

        return parts;
    }

    private static byte[] Decode(ReadOnlySpan<byte> encoded)
    {
        var decoded = new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] == '%' && i + 2 < encoded.Length && (Digit(encoded[i + 1]), Digit(encoded[i + 2])) is ( >= 0 and var high, >= 0 and var low))
            {
                decoded[length++] = (byte)((high << 4) | low);
                i += 2;
            }
            else
            {
                decoded[length++] = encoded[i] == '+' ? (byte)' ' : encoded[i];
            }
        }

        return length == decoded.Length ? decoded : decoded[..length];
    }

    private static int Digit(byte octet) => octet switch
    {
        >= (byte)'0' and <= (byte)'9' => octet - '0',
        >= (byte)'A' and <= (byte)'F' => octet - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => octet - 'a' + 10,
        _ => -1,
    };
}
