namespace Gatepost.Storage.Moves;

/// <summary>What a table is in the file and in the target.</summary>
/// <param name="SourceChecksum">In hex.</param>
/// <param name="TargetChecksum">In hex.</param>
internal sealed record TableComparison(string Table, long RowsInFile, long RowsInTarget, string SourceChecksum, string TargetChecksum)
{
    private const long Step = 10_000;

    public bool IsEqual => RowsInFile == RowsInTarget && SourceChecksum == TargetChecksum;

    /// <summary>Reads both sides at once, each for itself.</summary>
    /// <param name="compared">Told how many more rows of the file were read.</param>
    public static async Task<TableComparison> MakeAsync(
        SourceFile source, MoveTarget target, MoveTable table, long startedAt, Action<long> compared, CancellationToken cancellation)
    {
        var here = Task.Run(() => Digest(SourceRows.Read(source.Connection, table, startedAt, after: null), table, compared, cancellation), cancellation);
        var there = Task.Run(() => Digest(TargetRows.Read(target.Connection, table), table, _ => { }, cancellation), cancellation);
        var both = await Task.WhenAll(here, there).ConfigureAwait(false);
        return new TableComparison(table.Name, both[0].Rows, both[1].Rows, both[0].ToString(), both[1].ToString());
    }

    private static TableDigest Digest(IEnumerable<object?[]> rows, MoveTable table, Action<long> compared, CancellationToken cancellation)
    {
        var digest = new TableDigest();
        foreach (var row in rows)
        {
            digest.Add(row.AsSpan(0, table.Columns.Count));
            if (digest.Rows % Step != 0)
                continue;
            cancellation.ThrowIfCancellationRequested();
            compared(Step);
        }

        compared(digest.Rows % Step);
        return digest;
    }
}
