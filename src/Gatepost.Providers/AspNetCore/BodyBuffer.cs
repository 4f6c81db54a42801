using System.Buffers;

namespace Gatepost.Providers.AspNetCore;

/// <summary>A body as it arrives, in one array that grows with it.</summary>
/// <param name="announced">What <c>Content-Length</c> says; null when it says nothing.</param>
/// <param name="max">The most bytes that are appended.</param>
internal sealed class BodyBuffer(long? announced, int max)
{
    /// <summary>An announcement costs its sender nothing: memory above this comes only with bytes that have arrived.</summary>
    private const int FirstBytes = 64 * 1024;

    private byte[] bytes = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, Length);

    public void Append(in ReadOnlySequence<byte> arrived)
    {
        var length = Length + (int)arrived.Length;
        if (length > bytes.Length)
            Grow(length);
        arrived.CopyTo(bytes.AsSpan(Length));
        Length = length;
    }

    // A body of known length ends in an array that it fills; one of unknown length may be whole with what is there.
    private void Grow(int needed)
    {
        var (most, wanted) = announced >= needed
            ? ((int)Math.Min(announced.Value, max), Math.Max(FirstBytes, 4L * bytes.Length))
            : (max, 2L * bytes.Length);
        var larger = GC.AllocateUninitializedArray<byte>((int)Math.Max(needed, Math.Min(most, wanted)));
        Written.Span.CopyTo(larger);
        bytes = larger;
    }
}
