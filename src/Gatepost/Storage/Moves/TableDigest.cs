using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gatepost.Storage.Moves;

/// <summary>
/// A checksum over all rows of a table: the SHA-256 of each, summed modulo 2^256. A sum does not ask for an order, and the two
/// databases sort text differently; the key is among the values of a row, so none can stand in for another.
/// </summary>
internal sealed class TableDigest
{
    private const int LongestInline = 4096;
    private readonly ArrayBufferWriter<byte> canonical = new(4 * LongestInline);
    private UInt128 high;
    private UInt128 low;

    public long Rows { get; private set; }

    /// <param name="row">Null, long, Guid and bytes.</param>
    public void Add(ReadOnlySpan<object?> row)
    {
        canonical.ResetWrittenCount();
        foreach (var value in row)
            Append(value);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(canonical.WrittenSpan, hash);
        var lower = BinaryPrimitives.ReadUInt128BigEndian(hash[16..]);
        low += lower;
        high += BinaryPrimitives.ReadUInt128BigEndian(hash) + (low < lower ? UInt128.One : UInt128.Zero);
        Rows++;
    }

    public override string ToString() => $"{high:x32}{low:x32}";

    // What kind of value, then the value; of unequal lengths with their length before them.
    private void Append(object? value)
    {
        switch (value)
        {
            case null:
                canonical.Write("0"u8);
                break;
            case long number:
                canonical.Write("n"u8);
                BinaryPrimitives.WriteInt64BigEndian(canonical.GetSpan(sizeof(long)), number);
                canonical.Advance(sizeof(long));
                break;
            case Guid id:
                canonical.Write("u"u8);
                id.TryWriteBytes(canonical.GetSpan(16), bigEndian: true, out var written);
                canonical.Advance(written);
                break;
            default:
                AppendBytes((byte[])value);
                break;
        }
    }

    // A body of 50 MiB is not copied for it.
    private void AppendBytes(byte[] bytes)
    {
        canonical.Write("b"u8);
        BinaryPrimitives.WriteInt32BigEndian(canonical.GetSpan(sizeof(int)), bytes.Length);
        canonical.Advance(sizeof(int));
        canonical.Write(bytes.Length <= LongestInline ? bytes : SHA256.HashData(bytes));
    }
}
