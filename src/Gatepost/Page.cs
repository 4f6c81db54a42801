namespace Gatepost;

/// <summary>A page of a list, newest first.</summary>
/// <param name="Limit">1 to 200.</param>
/// <param name="Before">Only rows with a smaller sequence number; null starts at the newest.</param>
internal readonly record struct PageRequest(int Limit, long? Before);

/// <param name="Next">What <see cref="PageRequest.Before"/> must be for the next page; null at the end.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, long? Next)
{
    /// <summary>Makes a page of rows that were read with one row more than the limit, to see whether there is a next page.</summary>
    public static Page<T> Of<TRow>(IReadOnlyList<TRow> rows, int limit, Func<TRow, long> seq, Func<TRow, T> map) =>
        new([.. rows.Take(limit).Select(map)], rows.Count > limit ? seq(rows[limit - 1]) : null);
}
