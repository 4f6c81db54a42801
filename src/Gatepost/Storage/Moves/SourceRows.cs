using System.Text.Json;
using Gatepost.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Gatepost.Storage.Moves;

/// <summary>The rows of a table as the target is to have them.</summary>
internal static class SourceRows
{
    /// <param name="startedAt">When the move began, Unix milliseconds.</param>
    /// <param name="after">The key of the last row that is there already, as <see cref="KeyOf"/> wrote it.</param>
    /// <returns>
    /// In the order of the key: the values of the columns (null, long, Guid, bytes; text as UTF-8), then those of the key as they are in
    /// the file. The array is used again for the next row.
    /// </returns>
    public static IEnumerable<object?[]> Read(SqliteConnection connection, MoveTable table, long startedAt, string? after)
    {
        using var command = Select(connection, table, after);
        command.Parameters.AddWithValue(MoveRules.Now, startedAt);
        using var reader = command.ExecuteReader();
        var (columns, keys) = (table.Columns.Count, table.Key.Count);
        var (row, large) = (new object?[columns + keys], new LargeValues());
        while (reader.Read())
        {
            for (var i = 0; i < columns; i++)
                row[i] = Value(reader, i, table.Columns[i].Type);
            for (var i = 0; i < keys; i++)
                row[columns + i] = Raw(reader, columns + i);
            large.Count(row);
            yield return row;
        }
    }

    /// <summary>The place of a row, to go on behind it: numbers as they are, bytes in base64.</summary>
    public static string KeyOf(ReadOnlySpan<object?> key) => JsonSerializer.Serialize(key.ToArray());

    private static SqliteCommand Select(SqliteConnection connection, MoveTable table, string? after)
    {
        var key = string.Join(", ", table.Key.Select(c => MoveTable.Quote(c.Name)));
        var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT {string.Join(", ", table.Columns.Select(c => c.Source))}, {key} FROM {MoveTable.Quote(table.Name)}"
            + (after is null ? "" : $" WHERE ({key}) > ({string.Join(", ", table.Key.Select(Parameter))})")
            + $" ORDER BY {key}";
        if (after is not null)
        {
            var values = JsonSerializer.Deserialize<JsonElement[]>(after)!;
            for (var i = 0; i < values.Length; i++)
                command.Parameters.AddWithValue($"$key{i}", values[i].ValueKind == JsonValueKind.Number ? values[i].GetInt64() : values[i].GetBytesFromBase64());
        }

        return command;
    }

    // Text is given as bytes: as a string it would end at U+0000.
    private static string Parameter(MoveColumn column, int index) => column.Type == MoveType.Text ? $"CAST($key{index} AS TEXT)" : $"$key{index}";

    private static object? Value(SqliteDataReader reader, int column, MoveType type)
    {
        if (reader.IsDBNull(column))
            return null;
        return type switch
        {
            MoveType.Integer or MoveType.Bigint => reader.GetInt64(column),
            MoveType.Uuid => new Guid(reader.GetFieldValue<byte[]>(column), bigEndian: true),
            MoveType.Text => StorableText.Of(reader.GetFieldValue<byte[]>(column)),
            _ => reader.GetFieldValue<byte[]>(column),
        };
    }

    private static object Raw(SqliteDataReader reader, int column) =>
        reader.GetFieldType(column) == typeof(long) ? reader.GetInt64(column) : reader.GetFieldValue<byte[]>(column);
}
