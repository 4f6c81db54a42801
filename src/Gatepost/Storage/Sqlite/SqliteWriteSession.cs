using Microsoft.Data.Sqlite;

namespace Gatepost.Storage.Sqlite;

/// <summary>
/// What a write sees: the one write connection inside an open transaction, shared by every write of the group.
/// Lives on the writer's thread only.
/// </summary>
internal sealed class SqliteWriteSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> prepared = new(StringComparer.Ordinal);
    private readonly List<Action> afterCommit = [];
    private readonly List<Action> afterRollback = [];

    /// <summary>For Dapper and one-off statements.</summary>
    public SqliteConnection Connection => connection;

    /// <summary>State that writers keep between transactions, such as the fan-out directory; cleared on any rollback.</summary>
    public Dictionary<Type, object> Caches { get; } = [];

    /// <summary>A prepared statement, kept for the life of the connection.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (!prepared.TryGetValue(sql, out var statement))
            prepared[sql] = statement = new SqliteStatement(connection, sql);
        statement.Abandon();
        return statement;
    }

    public T Cache<T>(Func<T> make)
        where T : class
    {
        if (!Caches.TryGetValue(typeof(T), out var cache))
            Caches[typeof(T)] = cache = make();
        return (T)cache;
    }

    /// <summary>Runs once the commit is durable, before the write's task completes. Must not throw or block.</summary>
    public void AfterCommit(Action action) => afterCommit.Add(action);

    /// <summary>Undoes what was promised in memory. Must not throw or block.</summary>
    public void AfterRollback(Action action) => afterRollback.Add(action);

    internal void Begin() => Run("BEGIN IMMEDIATE");

    internal void Commit()
    {
        Run("COMMIT");
        afterRollback.Clear();
        foreach (var action in afterCommit)
            action();
        afterCommit.Clear();
    }

    internal void Rollback()
    {
        afterCommit.Clear();
        Caches.Clear();
        // After some failures (disk full, I/O) SQLite has already rolled back on its own.
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle!) == 0)
            Run("ROLLBACK");
        foreach (var action in afterRollback)
            action();
        afterRollback.Clear();
    }

    private void Run(string sql) => Prepare(sql).Run();

    public void Dispose()
    {
        foreach (var statement in prepared.Values)
            statement.Dispose();
        connection.Dispose();
    }
}
