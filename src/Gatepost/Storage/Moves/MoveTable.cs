namespace Gatepost.Storage.Moves;

/// <summary>A table that is copied.</summary>
/// <param name="Key">Its primary key in the file: the order in which it is copied.</param>
/// <param name="Identity">The column that PostgreSQL numbers by itself, if there is one.</param>
internal sealed record MoveTable(string Name, IReadOnlyList<MoveColumn> Columns, IReadOnlyList<MoveColumn> Key, string? Identity)
{
    /// <summary>For COPY and SELECT on the target.</summary>
    public string ColumnList => string.Join(", ", Columns.Select(c => Quote(c.Name)));

    /// <summary>Some names (trigger, at) are words of SQL.</summary>
    public static string Quote(string name) => $"\"{name}\"";
}

/// <param name="Source">What it is made of, in SQLite's SQL.</param>
internal sealed record MoveColumn(string Name, MoveType Type, string Source);

/// <summary>What the columns of the target are.</summary>
internal enum MoveType
{
    Integer,
    Bigint,
    Uuid,
    Text,
    Bytea,
}
