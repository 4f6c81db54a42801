using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Gatepost.Storage.Sql;

/// <summary>The few words that SQLite and PostgreSQL have no common form for. Everything else is written so that both understand it.</summary>
internal static class Dialect
{
    extension(DbConnection connection)
    {
        public bool IsSqlite => connection is SqliteConnection;

        /// <summary>The physical address of a row, for tables without a seq.</summary>
        public string RowId => connection.IsSqlite ? "rowid" : "ctid";

        /// <summary>A join that SQLite runs from left to right; PostgreSQL has statistics to decide by.</summary>
        public string OrderedJoin => connection.IsSqlite ? "CROSS JOIN" : "JOIN";

        /// <summary>Whether a value is among those of a list parameter.</summary>
        public string In(string parameter) => connection.IsSqlite ? $"IN {parameter}" : $"= ANY({parameter})";

        /// <summary>A member of a column that holds a JSON object, as text.</summary>
        public string JsonText(string column, string member) =>
            connection.IsSqlite ? $"json_extract({column}, '$.{member}')" : $"({column}::jsonb ->> '{member}')";

        // PostgreSQL has columns of their own for what its indexes on deliveries see (its migration 1 tells why).

        /// <summary>When a delivery that waits is due.</summary>
        public string WaitingAt => connection.IsSqlite ? "next_attempt_at" : "waiting_at";

        /// <summary>Whether a delivery waits, and is not suspected of having brought a process down.</summary>
        public string Waits => connection.IsSqlite ? "status = 0 AND crash_count = 0" : "waiting_at IS NOT NULL AND crash_count = 0";

        /// <summary>Whether a delivery waits, and is suspected.</summary>
        public string IsSuspected => connection.IsSqlite ? "status = 0 AND crash_count > 0" : "waiting_at IS NOT NULL AND crash_count > 0";

        /// <summary>The status of a delivery that a replay has put into the queue.</summary>
        public string ReplayStatus => connection.IsSqlite ? "status" : "replay_status";

        /// <param name="of">The deliveries' name in the statement.</param>
        /// <param name="status">Neither 1 nor 2.</param>
        /// <returns>Whether a delivery has this status. A literal, as the planners prove partial indexes by text.</returns>
        public string IsTroubled(string of, int status) => connection.IsSqlite
            ? $"{of}.status = {status} AND {of}.status NOT IN (1, 2)"
            : $"{of}.troubled = {status}";

        /// <summary>
        /// A page of the rows with this value, the newest first. Asked for equality and the order of seq alone, PostgreSQL may go through the
        /// whole table backwards by its primary key, because it takes the rows for evenly spread; no such index has this order.
        /// </summary>
        /// <param name="of">The table's name in the statement.</param>
        /// <param name="before">A bound seq, the largest there is for the first page.</param>
        public (string Where, string OrderBy) NewestOf(string of, string column, string value, string before) => connection.IsSqlite
            ? ($"{of}.{column} = {value} AND {of}.seq < {before}", $"{of}.seq DESC")
            : ($"{of}.{column} >= {value} AND ({of}.{column}, {of}.seq) < ({value}, {before})", $"{of}.{column} DESC, {of}.seq DESC");

        /// <summary>Keeps the rows of a SELECT as they are until the end of the transaction; in SQLite they are anyway.</summary>
        public string ForUpdate => connection.IsSqlite ? "" : "FOR UPDATE";
    }
}
