using System.Data.Common;
using Gatepost.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Gatepost.Storage.Sqlite;

/// <summary>The one write connection inside an open transaction, shared by every write of the group. Lives on the writer's thread only.</summary>
internal sealed class SqliteWriteSession(SqliteConnection connection) : WriteSession, IDisposable
{
    private readonly Dictionary<string, SqliteStatement> prepared = new(StringComparer.Ordinal);
    private readonly List<Action> beforeCommit = [];

    public override DbConnection Connection => connection;

    /// <summary>A prepared statement, kept for the life of the connection.</summary>
    public override SqliteStatement Prepare(string sql)
    {
        if (!prepared.TryGetValue(sql, out var statement))
            prepared[sql] = statement = new SqliteStatement(connection, sql);
        statement.Abandon();
        return statement;
    }

    /// <summary>Nothing to do: this is the only write of the file.</summary>
    public override void Serialize(long organizationSeq)
    {
    }

    /// <summary>Nothing to do, as above.</summary>
    public override void Lock(string table, Guid id)
    {
    }

    public override void CancelAsked(long webhookSeq, IReadOnlyCollection<long> deliveries)
    {
        // There are no other nodes.
    }

    public override void FanOutChanged(long organizationSeq) => FanOutDirectory.Of(this).Forget(organizationSeq);

    /// <summary>Runs once at the end of the transaction, whatever number of writes it is made of.</summary>
    public void BeforeCommit(Action action) => beforeCommit.Add(action);

    internal void Begin() => Run("BEGIN IMMEDIATE");

    internal void Commit()
    {
        foreach (var action in beforeCommit)
            action();
        beforeCommit.Clear();
        Run("COMMIT");
        Committed();
    }

    internal void Rollback()
    {
        // After some failures (disk full, I/O) SQLite has already rolled back on its own.
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle!) == 0)
            Run("ROLLBACK");
        beforeCommit.Clear();
        RolledBack();
    }

    private void Run(string sql) => Prepare(sql).Run();

    public void Dispose()
    {
        foreach (var statement in prepared.Values)
            statement.Dispose();
        connection.Dispose();
    }
}
