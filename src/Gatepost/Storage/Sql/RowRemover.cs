using System.Data.Common;
using Dapper;
using Gatepost.Events;

namespace Gatepost.Storage.Sql;

/// <summary>
/// Deletes rows within one write until its limit is used up. Members that clear something answer whether all of it is gone;
/// once the limit is reached they do nothing and answer no.
/// </summary>
internal sealed class RowRemover(WriteSession session, int limit)
{
    // Freeing a long value costs by its pages: a body of a megabyte counts as much as 128 short rows.
    private const int BytesPerRow = 8_192;

    /// <summary>How much of the limit is used; the last step may go a little beyond.</summary>
    public int Used { get; private set; }

    public bool IsFull => Used >= limit;

    private int Left => limit - Used;

    private DbConnection Connection => session.Connection;

    public void Count(int rows) => Used += rows;

    /// <summary>Erases the bodies of the events whose column has this key.</summary>
    public bool ErasePayloads(string column, long key)
    {
        if (IsFull)
            return false;
        var found = Find($"SELECT seq, length(payload) AS bytes FROM events WHERE {column} = @key AND payload IS NOT NULL LIMIT @Left", new { key, Left });
        return RunFor(found, "UPDATE events SET payload = NULL WHERE seq");
    }

    /// <summary>Deletes the events whose column has this key, with their deliveries.</summary>
    public bool DeleteEvents(string column, long key)
    {
        if (IsFull)
            return false;
        var found = Find($"SELECT seq, length(payload) AS bytes FROM events WHERE {column} = @key ORDER BY seq LIMIT @Left", new { key, Left });
        return DeleteDeliveries($"event_seq {Connection.In("@events")}", new { events = Seqs(found), Left }) && RunFor(found, "DELETE FROM events WHERE seq");
    }

    /// <summary>Deletes the deliveries whose column has this key, with their attempts; test events go with their one delivery.</summary>
    public bool DeleteDeliveries(string column, long key) => DeleteDeliveries($"{column} = @key", new { key, Left });

    private bool DeleteDeliveries(string which, object parameters)
    {
        if (IsFull)
            return false;
        var found = Find($"SELECT seq, event_seq, event_type, attempt_count AS attempts FROM deliveries WHERE {which} LIMIT @Left", parameters);
        var taken = Take(found);
        RunIn("DELETE FROM attempts WHERE delivery_seq", Seqs(taken));
        RunIn("DELETE FROM deliveries WHERE seq", Seqs(taken));
        RunIn("DELETE FROM events WHERE seq", [.. taken.Where(d => d.EventType == (int)EventType.WebhookTest).Select(d => d.EventSeq)]);
        return taken.Count == found.Count && !IsFull;
    }

    /// <summary>Deletes the attachments of a ticket's messages: each may be as large as a mail.</summary>
    public bool DeleteAttachments(long ticket)
    {
        if (IsFull)
            return false;
        var found = Find(
            "SELECT a.seq, a.size AS bytes FROM attachments a JOIN ticket_messages m ON m.seq = a.message_seq WHERE m.ticket_seq = @ticket LIMIT @Left", new { ticket, Left });
        return RunFor(found, "DELETE FROM attachments WHERE seq");
    }

    public bool DeleteReplays(string column, long key)
    {
        if (IsFull)
            return false;
        foreach (var replay in Connection.Query<long>($"SELECT seq FROM replays WHERE {column} = @key LIMIT @Left", new { key, Left }).AsList())
        {
            if (!Delete("replay_items", "replay_seq", replay, row: "delivery_seq"))
                return false;
            Run("DELETE FROM replays WHERE seq = $seq", replay);
        }

        return !IsFull;
    }

    /// <param name="row">What tells the rows of this key apart; its physical address where nothing is said.</param>
    /// <param name="weight">How many short rows one of them counts for.</param>
    public bool Delete(string table, string column, long key, string? row = null, int weight = 1)
    {
        if (IsFull)
            return false;
        var most = Math.Max(1, Left / weight);
        var deleted = Connection.Execute(
            $"DELETE FROM {table} WHERE {column} = @key AND {row ?? Connection.RowId} IN (SELECT {row ?? Connection.RowId} FROM {table} WHERE {column} = @key LIMIT @most)", new { key, most });
        Count(deleted * weight);
        return deleted < most;
    }

    /// <summary>Takes the reference out of rows that stay.</summary>
    public bool Clear(string table, string column, long key)
    {
        if (IsFull)
            return false;
        var most = Left;
        var cleared = Connection.Execute(
            $"UPDATE {table} SET {column} = NULL WHERE seq IN (SELECT seq FROM {table} WHERE {column} = @key LIMIT @most)", new { key, most });
        Count(cleared);
        return cleared < most;
    }

    /// <summary>Runs a statement for one row, kept prepared.</summary>
    public int Run(string sql, long seq)
    {
        var rows = session.Prepare(sql).Bind(seq).Run();
        Count(rows);
        return rows;
    }

    private List<Candidate> Find(string sql, object parameters) => Connection.Query<Candidate>(sql, parameters).AsList();

    /// <returns>Whether these were all.</returns>
    private bool RunFor(List<Candidate> found, string statement)
    {
        var taken = Take(found);
        RunIn(statement, Seqs(taken));
        Count(taken.Sum(c => c.Bytes / BytesPerRow));
        return taken.Count == found.Count && !IsFull;
    }

    // As many as the limit has room for, and one at least.
    private List<Candidate> Take(List<Candidate> found)
    {
        var room = Left;
        return [.. found.TakeWhile(candidate =>
        {
            var fits = room > 0;
            room -= 1 + candidate.Attempts + (candidate.Bytes / BytesPerRow);
            return fits;
        })];
    }

    private static long[] Seqs(List<Candidate> candidates) => [.. candidates.Select(c => c.Seq)];

    // The statement ends with the column that is to be one of them.
    private void RunIn(string statement, long[] these)
    {
        if (these.Length > 0)
            Count(Connection.Execute($"{statement} {Connection.In("@these")}", new { these }));
    }

    private sealed class Candidate
    {
        public long Seq { get; init; }

        public int Bytes { get; init; }

        public int Attempts { get; init; }

        public long EventSeq { get; init; }

        public int EventType { get; init; }
    }
}
