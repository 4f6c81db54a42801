using System.Buffers;
using System.Text;
using Gatepost.Storage.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gatepost.Storage.Sqlite;

/// <summary>
/// A prepared statement of the write path: values are bound in the order in which the SQL first names them, and nothing is boxed.
/// Through the driver's commands the same rows cost twice the CPU and 5 KB of garbage per delivery.
/// </summary>
internal sealed class SqliteStatement : Statement, IDisposable
{
    private const int SmallText = 512;
    private readonly sqlite3 database;
    private readonly sqlite3_stmt owner;
    private readonly nint statement;
    private readonly int parameters;
    private int bound;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(database, sql, out owner));
        statement = owner.DangerousGetHandle();
        parameters = raw.sqlite3_bind_parameter_count(owner);
    }

    public override SqliteStatement Bind(long value)
    {
        Check(SqliteNative.BindInt64(statement, ++bound, value));
        return this;
    }

    /// <summary>As 16 big-endian bytes.</summary>
    public override SqliteStatement Bind(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BindBlob(bytes);
    }

    public override SqliteStatement BindBlob(ReadOnlySpan<byte> value)
    {
        Check(SqliteNative.BindBlob(statement, ++bound, value));
        return this;
    }

    public override SqliteStatement BindText(ReadOnlySpan<byte> utf8)
    {
        Check(SqliteNative.BindText(statement, ++bound, utf8));
        return this;
    }

    public override SqliteStatement BindText(string? value)
    {
        if (value is null)
            return BindNull();
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (most <= SmallText)
        {
            Span<byte> small = stackalloc byte[SmallText];
            return BindText(small[..Encoding.UTF8.GetBytes(value, small)]);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(most);
        BindText(buffer.AsSpan(0, Encoding.UTF8.GetBytes(value, buffer)));
        ArrayPool<byte>.Shared.Return(buffer);
        return this;
    }

    public override SqliteStatement BindNull()
    {
        Check(SqliteNative.BindNull(statement, ++bound));
        return this;
    }

    /// <summary>Runs it to its end and makes it ready for the next use.</summary>
    /// <returns>How many rows it changed.</returns>
    public override int Run()
    {
        try
        {
            while (Step())
            {
            }

            return raw.sqlite3_changes(database);
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>
    /// For an INSERT: a RETURNING clause would keep its rows in a temporary table and a statement journal, which costs more than the rows
    /// themselves.
    /// </summary>
    /// <returns>The key of the last row; null when the statement inserted none.</returns>
    public override long? RunForKey() => Run() > 0 ? raw.sqlite3_last_insert_rowid(database) : null;

    /// <summary>The next row. Call <see cref="Reset"/> when done with the rows.</summary>
    public override bool Step()
    {
        if (bound != parameters)
            throw new InvalidOperationException($"{bound} of {parameters} values are bound.");
        var code = SqliteNative.Step(statement);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code != raw.SQLITE_DONE)
            throw Error();
        return false;
    }

    public override bool IsNull(int column) => SqliteNative.ColumnType(statement, column) == raw.SQLITE_NULL;

    public override long Number(int column) => SqliteNative.ColumnInt64(statement, column);

    public override ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(owner, column);

    public override string? Text(int column) => IsNull(column) ? null : raw.sqlite3_column_text(owner, column).utf8_to_string();

    public override Guid Id(int column) => new(Blob(column), bigEndian: true);

    public override void Reset()
    {
        // Its code repeats what the last step said.
        _ = SqliteNative.Reset(statement);
        bound = 0;
    }

    /// <summary>Forgets what a use that failed half-way has bound.</summary>
    public void Abandon()
    {
        if (bound != 0)
            Reset();
    }

    public void Dispose() => owner.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw Error();
    }

    private SqliteException Error() =>
        new($"SQLite Error: {raw.sqlite3_errmsg(database).utf8_to_string()}", raw.sqlite3_errcode(database), raw.sqlite3_extended_errcode(database));
}
