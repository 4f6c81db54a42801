namespace Gatepost;

/// <summary>A member of a PATCH: absent (leave it), or given, perhaps as null (remove it).</summary>
internal readonly record struct Optional<T>(bool IsGiven, T? Value)
{
    /// <summary>The given value, or what is there now.</summary>
    public T? Or(T? present) => IsGiven ? Value : present;
}
