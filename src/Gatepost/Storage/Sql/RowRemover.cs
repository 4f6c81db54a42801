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

    public void Count(int rows) => Used += rows;

    /// <summary>Erases the bodies of the events whose column has this key.</summary>
    public bool ErasePayloads(string column, long key)
    {
        if (IsFull)
            return false;
        foreach (var e in session.Connection.Query<Candidate>(
            $"SELECT seq, length(payload) AS bytes FROM events WHERE {column} = @key AND payload IS NOT NULL LIMIT @Left", new { key, Left }))
        {
            Run("UPDATE events SET payload = NULL WHERE seq = $seq", e.Seq);
            Count(e.Bytes / BytesPerRow);
            if (IsFull)
                return false;
        }

        return true;
    }

    /// <summary>Deletes the events whose column has this key, with their deliveries.</summary>
    public bool DeleteEvents(string column, long key)
    {
        if (IsFull)
            return false;
        foreach (var e in session.Connection.Query<Candidate>(
            $"SELECT seq, length(payload) AS bytes FROM events WHERE {column} = @key ORDER BY seq LIMIT @Left", new { key, Left }))
        {
            if (!DeleteDeliveries("event_seq", e.Seq))
                return false;
            Run("DELETE FROM events WHERE seq = $seq", e.Seq);
            Count(e.Bytes / BytesPerRow);
        }

        return !IsFull;
    }

    /// <summary>Deletes the deliveries whose column has this key, with their attempts; test events go with their one delivery.</summary>
    public bool DeleteDeliveries(string column, long key)
    {
        if (IsFull)
            return false;
        foreach (var delivery in session.Connection.Query<Candidate>(
            $"SELECT seq, event_seq, event_type FROM deliveries WHERE {column} = @key LIMIT @Left", new { key, Left }))
        {
            Run("DELETE FROM attempts WHERE delivery_seq = $seq", delivery.Seq);
            Run("DELETE FROM deliveries WHERE seq = $seq", delivery.Seq);
            if (delivery.EventType == (int)EventType.WebhookTest)
                Run("DELETE FROM events WHERE seq = $seq", delivery.EventSeq);
            if (IsFull)
                return false;
        }

        return true;
    }

    /// <summary>Deletes the attachments of a ticket's messages: each may be as large as a mail.</summary>
    public bool DeleteAttachments(long ticket)
    {
        if (IsFull)
            return false;
        foreach (var attachment in session.Connection.Query<Candidate>(
            "SELECT a.seq, a.size AS bytes FROM attachments a JOIN ticket_messages m ON m.seq = a.message_seq WHERE m.ticket_seq = @ticket LIMIT @Left",
            new { ticket, Left }))
        {
            Run("DELETE FROM attachments WHERE seq = $seq", attachment.Seq);
            Count(attachment.Bytes / BytesPerRow);
            if (IsFull)
                return false;
        }

        return true;
    }

    public bool DeleteReplays(string column, long key)
    {
        if (IsFull)
            return false;
        foreach (var replay in session.Connection.Query<long>($"SELECT seq FROM replays WHERE {column} = @key LIMIT @Left", new { key, Left }).AsList())
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
        var deleted = session.Connection.Execute(
            $"DELETE FROM {table} WHERE {column} = @key AND {row ?? session.Connection.RowId} IN (SELECT {row ?? session.Connection.RowId} FROM {table} WHERE {column} = @key LIMIT @most)", new { key, most });
        Count(deleted * weight);
        return deleted < most;
    }

    /// <summary>Takes the reference out of rows that stay.</summary>
    public bool Clear(string table, string column, long key)
    {
        if (IsFull)
            return false;
        var most = Left;
        var cleared = session.Connection.Execute(
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

    private sealed class Candidate
    {
        public long Seq { get; init; }

        public int Bytes { get; init; }

        public long EventSeq { get; init; }

        public int EventType { get; init; }
    }
}
