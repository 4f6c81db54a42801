namespace Gatepost.Storage.Moves;

/// <summary>
/// Bodies of up to 50 MiB are garbage as soon as the next row is read. Left to itself the collector lets a gigabyte of them pile up
/// before it looks; nothing waits here for the milliseconds that it takes.
/// </summary>
internal sealed class LargeValues
{
    private const int Large = 85_000; // from here on on a heap of their own
    private const long Most = 64 << 20;
    private long bytes;

    public void Count(ReadOnlySpan<object?> row)
    {
        foreach (var value in row)
        {
            if (value is byte[] { Length: >= Large } large)
                bytes += large.Length;
        }

        if (bytes < Most)
            return;
        bytes = 0;
        GC.Collect();
    }
}
