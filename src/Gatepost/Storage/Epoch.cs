namespace Gatepost.Storage;

/// <summary>One life of this process on its database; what it has claimed carries this number.</summary>
internal sealed class Epoch
{
    private long number;
    private bool doubted;

    /// <summary>Above 0 once started. Before that, nothing may be claimed.</summary>
    public long Number => Volatile.Read(ref number);

    /// <summary>Whether rows may carry this number that nobody here knows of.</summary>
    public bool IsDoubted => Volatile.Read(ref doubted);

    public void Start(long value)
    {
        Volatile.Write(ref doubted, false);
        Volatile.Write(ref number, value);
    }

    /// <summary>A commit that claims something was cut off: it may have been made or not.</summary>
    public void Doubt() => Volatile.Write(ref doubted, true);
}
