using Npgsql;

namespace Gatepost.Storage.Moves;

/// <summary>Copies a table in the order of its key, from where the last run stopped. A row is in memory at a time.</summary>
internal sealed class TableCopy(SourceFile source, MoveTarget target, MoveJournal journal, MoveRequest request)
{
    private static readonly TimeSpan LongestBatch = TimeSpan.FromMinutes(10);

    /// <param name="copied">Told how many rows a batch had.</param>
    public void Run(MoveTable table, long startedAt, Action<long> copied, CancellationToken cancellation)
    {
        using var rows = SourceRows.Read(source.Connection, table, startedAt, journal.Find(table).LastKey).GetEnumerator();
        for (var more = rows.MoveNext(); more;)
        {
            cancellation.ThrowIfCancellationRequested();
            (more, var count) = CopyBatch(table, rows);
            copied(count);
        }
    }

    private (bool More, int Rows) CopyBatch(MoveTable table, IEnumerator<object?[]> rows)
    {
        using var transaction = target.Connection.BeginTransaction();
        var (count, bytes, more, lastKey) = (0, 0L, true, new object?[table.Key.Count]);
        using (var copy = Begin(table))
        {
            for (; more && count < request.BatchRows && bytes < request.BatchBytes; count++)
            {
                bytes += TargetRows.Write(copy, table, rows.Current);
                rows.Current.AsSpan(table.Columns.Count).CopyTo(lastKey);
                more = rows.MoveNext();
            }

            copy.Complete();
        }

        journal.Advance(table, SourceRows.KeyOf(lastKey), count);
        transaction.Commit();
        return (more, count);
    }

    private NpgsqlBinaryImporter Begin(MoveTable table)
    {
        var copy = target.Connection.BeginBinaryImport($"COPY {MoveTable.Quote(table.Name)} ({table.ColumnList}) FROM STDIN (FORMAT binary)");
        copy.Timeout = LongestBatch;
        return copy;
    }
}
