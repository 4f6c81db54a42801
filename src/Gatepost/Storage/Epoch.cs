namespace Gatepost.Storage;

/// <summary>One life of this process on its database; what it has claimed carries this number.</summary>
internal sealed class Epoch
{
    private long number;

    /// <summary>Above 0 once started. Before that, nothing may be claimed.</summary>
    public long Number => Volatile.Read(ref number);

    public void Start(long value) => Volatile.Write(ref number, value);
}
