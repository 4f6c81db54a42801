using Gatepost.Storage.Sql;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Gatepost.Storage.Sqlite;

/// <summary>Opens connections to the one file, each with its pragmas: they belong to a connection and leak through the driver's pool.</summary>
internal sealed class SqliteConnections
{
    private readonly string connectionString;

    static SqliteConnections()
    {
        // Before the first connection. Counting every allocation under one lock is 3 % of the write path, and nobody reads it; locking a
        // connection in every call is as much, and each of ours is used by one thread at a time.
        SQLitePCL.Batteries_V2.Init();
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0);
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MULTITHREAD);
    }

    public SqliteConnections(IOptions<StorageOptions> storage, IOptions<DataOptions> data)
    {
        DapperTypes.Register();
        var builder = Read(storage.Value.ConnectionString) ?? new SqliteConnectionStringBuilder { DataSource = Path.Combine(data.Value.DataDirectory, "gatepost.db") };
        builder.Pooling = false;
        DatabasePath = Path.GetFullPath(builder.DataSource);
        connectionString = builder.ToString();
    }

    public string DatabasePath { get; }

    /// <summary>Whether the setting names a file, or is empty: connections of their own would each have another database in memory.</summary>
    public static bool IsFile(string? setting)
    {
        try
        {
            return Read(setting) is not { } given || (given.DataSource is { Length: > 0 } and not ":memory:" && given.Mode != SqliteOpenMode.Memory);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static SqliteConnectionStringBuilder? Read(string? setting) => string.IsNullOrWhiteSpace(setting)
        ? null
        : setting.Contains('=', StringComparison.Ordinal)
            ? new SqliteConnectionStringBuilder(setting)
            : new SqliteConnectionStringBuilder { DataSource = setting };

    /// <summary>The writer's connection: a commit returns when the WAL is on the disk (synchronous=FULL).</summary>
    public SqliteConnection OpenWriter()
    {
        MakePrivateFile();
        return Open(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY;");
    }

    public SqliteConnection OpenReader() => Open("PRAGMA query_only=ON; PRAGMA cache_size=-4096; PRAGMA temp_store=MEMORY;");

    /// <summary>Checkpoints run on a connection of their own, off the commit path: ack p99 is 7-40 x lower (docs/architecture.md).</summary>
    public SqliteConnection OpenCheckpointer() => Open("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA busy_timeout=100;");

    // SQLite would make it readable by all that the umask lets in; -wal and -shm take its mode.
    private void MakePrivateFile()
    {
        if (File.Exists(DatabasePath) || OperatingSystem.IsWindows())
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(DatabasePath)!);
        new FileStream(DatabasePath, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }).Dispose();
    }

    private SqliteConnection Open(string pragmas)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(DatabasePath)!);
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA busy_timeout=10000; " + pragmas;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
