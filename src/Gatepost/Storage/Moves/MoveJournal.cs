using Dapper;
using Npgsql;

namespace Gatepost.Storage.Moves;

/// <summary>How far a move is, in the target itself: each step is written in the transaction of its rows.</summary>
internal sealed class MoveJournal(NpgsqlConnection connection)
{
    public const string Moves = "storage_moves";
    public const string Tables = "storage_move_tables";

    public void Prepare() => connection.Execute(
        $"""
        CREATE TABLE IF NOT EXISTS {Moves} (source text PRIMARY KEY, started_at bigint NOT NULL, finished_at bigint);
        CREATE TABLE IF NOT EXISTS {Tables} (table_name text PRIMARY KEY, last_key text NOT NULL, rows bigint NOT NULL);
        """);

    /// <returns>The move into this database, or null when there was none.</returns>
    public MoveState? Find() => connection.ExecuteScalar<bool>($"SELECT to_regclass('{Moves}') IS NOT NULL")
        ? connection.QueryFirstOrDefault<MoveState>($"SELECT source, started_at AS StartedAt, finished_at AS FinishedAt FROM {Moves} LIMIT 1")
        : null;

    public MoveState Begin(string source, DateTimeOffset now)
    {
        connection.Execute($"INSERT INTO {Moves} (source, started_at) VALUES (@source, @now)", new { source, now });
        return new MoveState(source, now.ToUnixTimeMilliseconds(), null);
    }

    public void Finish(DateTimeOffset now) => connection.Execute($"UPDATE {Moves} SET finished_at = @now", new { now });

    /// <returns>The key of the last row that was copied, and how many were.</returns>
    public (string? LastKey, long Rows) Find(MoveTable table) =>
        connection.QueryFirstOrDefault<(string?, long)>($"SELECT last_key, rows FROM {Tables} WHERE table_name = @Name", new { table.Name });

    public void Advance(MoveTable table, string lastKey, long rows) => connection.Execute(
        $"""
        INSERT INTO {Tables} (table_name, last_key, rows) VALUES (@Name, @lastKey, @rows)
        ON CONFLICT (table_name) DO UPDATE SET last_key = excluded.last_key, rows = {Tables}.rows + excluded.rows
        """,
        new { table.Name, lastKey, rows });
}

/// <param name="Source">The file, as it names itself.</param>
/// <param name="StartedAt">Unix milliseconds.</param>
/// <param name="FinishedAt">Once all was there and compared; Unix milliseconds.</param>
internal sealed record MoveState(string Source, long StartedAt, long? FinishedAt);
