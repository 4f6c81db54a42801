using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gatepost;

/// <summary>UUIDv7 (RFC 9562, section 5.7) for rows that are made by the thousand: the random part comes from the system in pages, not by a system call for each.</summary>
internal static class SortableId
{
    private const int RandomBytes = 10;

    [ThreadStatic]
    private static byte[]? pool;

    [ThreadStatic]
    private static int used;

    public static Guid New(DateTimeOffset now)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, now.ToUnixTimeMilliseconds() << 16);
        Take().CopyTo(id[6..]);
        id[6] = (byte)(0x70 | (id[6] & 0x0F));
        id[8] = (byte)(0x80 | (id[8] & 0x3F));
        return new Guid(id, bigEndian: true);
    }

    private static ReadOnlySpan<byte> Take()
    {
        if (pool is null || used + RandomBytes > pool.Length)
        {
            RandomNumberGenerator.Fill(pool ??= new byte[400 * RandomBytes]);
            used = 0;
        }

        used += RandomBytes;
        return pool.AsSpan(used - RandomBytes, RandomBytes);
    }
}
