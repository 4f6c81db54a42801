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

        /// <summary>Keeps the rows of a SELECT as they are until the end of the transaction; in SQLite they are anyway.</summary>
        public string ForUpdate => connection.IsSqlite ? "" : "FOR UPDATE";
    }
}
