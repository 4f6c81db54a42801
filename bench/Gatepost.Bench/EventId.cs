using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Gatepost.Bench;

/// <summary>
/// Event ids that a publisher could bring: UUIDv7 with the ledger's tag in its 12 free bits and the event's number at its end,
/// so that the receiver reads both out of the body without a table.
/// </summary>
internal static class EventId
{
    public const int Length = 36;
    private static readonly byte[] Marker = Encoding.ASCII.GetBytes("\"eventId\":\"");

    /// <returns>Where in a body the id stands, or -1.</returns>
    public static int Find(ReadOnlySpan<byte> body) => body.IndexOf(Marker) is >= 0 and var at ? at + Marker.Length : -1;

    public static void Write(Span<byte> text, int tag, int number)
    {
        var milliseconds = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Hex(text, 0, milliseconds >> 16, 8);
        text[8] = (byte)'-';
        Hex(text, 9, milliseconds & 0xFFFF, 4);
        text[13] = (byte)'-';
        text[14] = (byte)'7';
        Hex(text, 15, tag, 3);
        text[18] = (byte)'-';
        "8000-0000"u8.CopyTo(text[19..]);
        Hex(text, 28, number, 8);
    }

    public static bool TryRead(ReadOnlySpan<byte> text, out int tag, out int number)
    {
        number = 0;
        return int.TryParse(text[15..18], NumberStyles.AllowHexSpecifier, null, out tag)
            && Utf8Parser.TryParse(text[28..Length], out number, out _, 'x');
    }

    private static void Hex(Span<byte> text, int at, long value, int digits)
    {
        for (var i = digits - 1; i >= 0; i--, value >>= 4)
            text[at + i] = "0123456789abcdef"u8[(int)(value & 15)];
    }
}
