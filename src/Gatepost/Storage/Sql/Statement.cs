namespace Gatepost.Storage.Sql;

/// <summary>A statement of a write: bind its values in the order in which the SQL first names them, then run it or step through its rows.</summary>
internal abstract class Statement
{
    public abstract Statement Bind(long value);

    public abstract Statement Bind(Guid value);

    public abstract Statement BindBlob(ReadOnlySpan<byte> value);

    public Statement BindBlobOrNull(byte[]? value) => value is null ? BindNull() : BindBlob(value);

    public abstract Statement BindText(ReadOnlySpan<byte> utf8);

    public abstract Statement BindText(string? value);

    public abstract Statement BindNull();

    public Statement Bind(long? value) => value is { } given ? Bind(given) : BindNull();

    public Statement Bind(DateTimeOffset value) => Bind(value.ToUnixTimeMilliseconds());

    public Statement Bind(DateTimeOffset? value) => Bind(value?.ToUnixTimeMilliseconds());

    public Statement Bind(bool value) => Bind(value ? 1L : 0L);

    /// <summary>Runs it to its end and makes it ready for the next use.</summary>
    /// <returns>How many rows it changed.</returns>
    public abstract int Run();

    /// <summary>For an INSERT, on PostgreSQL of one row, without a RETURNING clause.</summary>
    /// <returns>The seq of the row, on SQLite of the last of several; null when the statement inserted none.</returns>
    public abstract long? RunForKey();

    /// <returns>The first column of the first row; null when there is no row, or no value.</returns>
    public long? RunForNumber()
    {
        try
        {
            return Step() && !IsNull(0) ? Number(0) : null;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>The next row. Call <see cref="Reset"/> when done with the rows.</summary>
    public abstract bool Step();

    public abstract bool IsNull(int column);

    /// <summary>False counts as 0, true as 1.</summary>
    public abstract long Number(int column);

    /// <summary>Bytes, or a text's UTF-8.</summary>
    public abstract ReadOnlySpan<byte> Blob(int column);

    public abstract string? Text(int column);

    public abstract Guid Id(int column);

    public DateTimeOffset Instant(int column) => Gatepost.Instant.FromMilliseconds(Number(column));

    public abstract void Reset();
}
