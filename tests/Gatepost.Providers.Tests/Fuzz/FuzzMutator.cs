using System.Buffers;
using System.Text;

namespace Gatepost.Providers.Tests.Fuzz;

/// <summary>Changes an input as a broken or hostile sender would. The same random makes the same change.</summary>
/// <param name="others">Where foreign pieces come from.</param>
internal sealed class FuzzMutator(Random random, IReadOnlyList<byte[]> others)
{
    private const int MaxBytes = 256 * 1024;

    private static readonly byte[][] Nasties = [.. new[]
    {
        "null", "[]", "{}", "true", "-1", "0", "\"\"", "1e99999", "-0.0000001", "99999999999999999999999999", "\"\\ud83d\"", "\"\\u0000\"", "[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":",
        "9223372036854775807", "253402300800", "-62135596801", "\"9999-12-31T23:59:60.9999999999+99:99\"", "\"0000-00-00\"", "%", "%ff%00", "%u1234", "&&==&;", "+++", "a=b&a=b&a",
        "\r\n\r\n", "\n\n", "\r\n--", "\n--b1\n", "\n--b1--\n", "Content-Type: multipart/mixed; boundary=\"b1\"\n\n", "Content-Type: message/rfc822\n\n", "Content-Type: text/html; charset=utf-16\n\n",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b1\n\n", "Content-Type: message/delivery-status\n\n", "Content-Type: application/ms-tnef\n", "charset=utf-7", "charset=x-none",
        "Content-Transfer-Encoding: base64\n", "Content-Transfer-Encoding: x-uuencode\n", "begin 644 ../../x\n", "=?utf-8?B?8J+Q?=", "=?iso-2022-jp?Q?=1B$B?=", "filename*0*=''%", "filename=\"../../\\\0\"",
        "Date: Fri, 99 Foo 99999 99:99:99 +9999\n", "From: <<<>>>,,;:@\n", "In-Reply-To: <><<a@b>\n", "<div>", "<style>", "<![CDATA[", "<!--", "<svg><math><table>", "&#x110000;", "&#xd800;", "javascript:",
        "sha256=", "v1,", "Bearer ", "Basic Og==", "eyJhbGciOiJub25lIn0.e30.", "-----BEGIN CERTIFICATE-----", "http://[::1", "https://@:99999/%zz?#", "\u0000", "\ufeff", "\u202e", "😀", "İ",
    }.Select(Encoding.UTF8.GetBytes), [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFE, 0xFF, 0x00], [0x1B, 0x24, 0x42]];

    private static readonly SearchValues<byte> Starts = SearchValues.Create(":=,["u8);
    private static readonly SearchValues<byte> Ends = SearchValues.Create(",}]&;\n"u8);

    public byte[] Change(ReadOnlySpan<byte> bytes)
    {
        var changed = bytes.ToArray();
        for (var left = random.Next(1, 5); left > 0; left--)
            changed = ChangeOnce(changed);
        return changed;
    }

    public string Change(string text) => Encoding.UTF8.GetString(Change(Encoding.UTF8.GetBytes(text)));

    private byte[] ChangeOnce(byte[] b)
    {
        var (start, end) = Piece(b);
        return random.Next(16) switch
        {
            0 => b[..start],
            1 => Put(b, start, end, []),
            2 or 3 => Put(b, start, start, Nasty()),
            4 or 5 => Put(b, start, end, Nasty()),
            6 => Put(b, start, start, Foreign()),
            7 => Put(b, start, end, Foreign()),
            8 => Put(b, start, start, Repeated(b[start..end])),
            9 => Put(b, start, start, b[start..end]),
            10 or 11 or 12 => Revalue(b),
            _ => Flip(b),
        };
    }

    // What stands between two separators of JSON, forms and headers is a value, and its type is what parsers rely on.
    private byte[] Revalue(byte[] b)
    {
        if (b.Length == 0)
            return Nasty();
        var at = random.Next(b.Length);
        var from = at + 1 + b.AsSpan(at).IndexOfAny(Starts);
        var length = b.AsSpan(from).IndexOfAny(Ends);
        return Put(b, from, length < 0 ? b.Length : from + length, Nasty());
    }

    private byte[] Flip(byte[] b)
    {
        if (b.Length > 0)
            b[random.Next(b.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : b[random.Next(b.Length)] ^ (1 << random.Next(8)));
        return b;
    }

    private byte[] Nasty() => Nasties[random.Next(Nasties.Length)];

    private byte[] Foreign()
    {
        var other = others[random.Next(others.Count)];
        var (start, end) = Piece(other);
        return other[start..end];
    }

    private byte[] Repeated(byte[] piece)
    {
        // Seldom, because it is what takes time.
        var times = piece.Length == 0 ? 0 : Math.Min(random.Next(50) == 0 ? random.Next(20_000) : random.Next(20), MaxBytes / piece.Length);
        return [.. Enumerable.Repeat(piece, times).SelectMany(p => p)];
    }

    private (int Start, int End) Piece(byte[] b)
    {
        var start = random.Next(b.Length + 1);
        return (start, Math.Min(b.Length, start + random.Next(random.Next(4) == 0 ? 400 : 12)));
    }

    private static byte[] Put(byte[] b, int start, int end, byte[] piece) => b.Length + piece.Length > MaxBytes ? b : [.. b.AsSpan(0, start), .. piece, .. b.AsSpan(end)];
}
