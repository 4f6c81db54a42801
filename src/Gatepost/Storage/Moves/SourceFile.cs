using Dapper;
using Gatepost.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Gatepost.Storage.Moves;

/// <summary>The SQLite file that is copied, kept from servers meanwhile. Its rows are only read.</summary>
internal sealed class SourceFile : IDisposable
{
    private const long Day = 24 * 60 * 60 * 1000;
    private readonly SqliteConnections connections;
    private readonly ProcessLock processLock;

    private SourceFile(SqliteConnections connections, ProcessLock processLock)
    {
        this.connections = connections;
        this.processLock = processLock;
        Connection = connections.OpenReader();
    }

    public string Path => connections.DatabasePath;

    public SqliteConnection Connection { get; }

    /// <param name="migrate">Brings it to this binary's schema first, as a start of the server would.</param>
    /// <exception cref="StorageUnavailableException">It is missing, is no database of Gatepost, needs a newer binary, or is in use.</exception>
    public static SourceFile Open(string path, bool migrate)
    {
        if (!File.Exists(path))
            throw new StorageUnavailableException($"{path} does not exist. Name the SQLite file that is to be copied, such as data/gatepost.db.");
        var setting = new SqliteConnectionStringBuilder { DataSource = path }.ToString();
        var connections = new SqliteConnections(Options.Create(new StorageOptions { ConnectionString = setting }), Options.Create(new DataOptions()));
        Check(connections);
        var processLock = Lock(connections.DatabasePath);
        try
        {
            if (migrate)
                new SqliteMigrator(connections).Migrate();
            return new SourceFile(connections, processLock);
        }
        catch
        {
            processLock.Dispose();
            throw;
        }
    }

    /// <summary>Names the file as it is now: another one, or the same one after a server ran on it, has another name.</summary>
    public string Identify() => Connection.QueryFirstOrDefault<string>("SELECT node || ' ' || seq || ' ' || started_at FROM epochs ORDER BY seq DESC LIMIT 1") ?? "never served";

    public IReadOnlyList<SourceColumn> ReadColumns() => Connection.Query<SourceColumn>(
        """
        SELECT m.name AS "Table", p.name AS Name, p.pk AS KeyPosition FROM sqlite_schema m JOIN pragma_table_info(m.name) p
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY m.rowid, p.cid
        """).AsList();

    public long Count(MoveTable table) => Connection.ExecuteScalar<long>($"SELECT count(*) FROM {MoveTable.Quote(table.Name)}");

    /// <returns>The greatest number that the table ever gave, of rows that are gone too; 0 when it is not remembered.</returns>
    public long LastNumber(MoveTable table) => Connection.ExecuteScalar<long>("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = @Name", new { table.Name });

    /// <returns>The days of which there are attempts, in UTC.</returns>
    public IReadOnlyList<DateTime> ReadAttemptDays() =>
        [.. Connection.Query<long>("SELECT DISTINCT started_at / @Day FROM attempts ORDER BY 1", new { Day }).Select(day => DateTime.UnixEpoch.AddDays(day))];

    public void Dispose()
    {
        Connection.Dispose();
        processLock.Dispose();
    }

    // Before anything is written: a migration would make a database of ours out of any other.
    private static void Check(SqliteConnections connections)
    {
        try
        {
            using var connection = connections.OpenReader();
            if (connection.ExecuteScalar<int>("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('organizations', 'deliveries', 'epochs', 'schema_requirements')") == 4)
                return;
        }
        catch (SqliteException e)
        {
            throw new StorageUnavailableException($"{connections.DatabasePath} is not a database of Gatepost: {e.Message}", e);
        }

        throw new StorageUnavailableException($"{connections.DatabasePath} is not a database of Gatepost: its tables are not in it.");
    }

    private static ProcessLock Lock(string path)
    {
        try
        {
            return new ProcessLock(path + ".lock", path);
        }
        catch (StorageUnavailableException e)
        {
            throw new StorageUnavailableException($"{path} is used by a running server; stop it first. ({e.InnerException?.Message})", e);
        }
    }
}

/// <param name="KeyPosition">In the primary key, from 1; 0 outside of it.</param>
internal sealed record SourceColumn(string Table, string Name, long KeyPosition);
