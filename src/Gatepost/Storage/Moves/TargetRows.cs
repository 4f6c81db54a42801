using Npgsql;
using NpgsqlTypes;

namespace Gatepost.Storage.Moves;

/// <summary>Rows on their way into the target, and out of it again.</summary>
internal static class TargetRows
{
    /// <returns>In any order, each like those of <see cref="SourceRows.Read"/>, without the key.</returns>
    public static IEnumerable<object?[]> Read(NpgsqlConnection connection, MoveTable table)
    {
        using var command = new NpgsqlCommand($"SELECT {table.ColumnList} FROM {MoveTable.Quote(table.Name)}", connection);
        using var reader = command.ExecuteReader(System.Data.CommandBehavior.SequentialAccess);
        var (row, large) = (new object?[table.Columns.Count], new LargeValues());
        while (reader.Read())
        {
            for (var i = 0; i < row.Length; i++)
                row[i] = Value(reader, i, table.Columns[i].Type);
            large.Count(row);
            yield return row;
        }
    }

    /// <returns>About how many bytes it has.</returns>
    public static long Write(NpgsqlBinaryImporter copy, MoveTable table, object?[] row)
    {
        copy.StartRow();
        var bytes = 0L;
        for (var i = 0; i < table.Columns.Count; i++)
        {
            bytes += sizeof(long) + (row[i] is byte[] value ? value.Length : 0);
            Write(copy, row[i], table.Columns[i].Type);
        }

        return bytes;
    }

    private static void Write(NpgsqlBinaryImporter copy, object? value, MoveType type)
    {
        switch (value)
        {
            case null:
                copy.WriteNull();
                break;
            case long number when type == MoveType.Integer:
                copy.Write(checked((int)number), NpgsqlDbType.Integer);
                break;
            case long number:
                copy.Write(number, NpgsqlDbType.Bigint);
                break;
            case Guid id:
                copy.Write(id, NpgsqlDbType.Uuid);
                break;
            default:
                copy.Write((byte[])value, type == MoveType.Text ? NpgsqlDbType.Text : NpgsqlDbType.Bytea);
                break;
        }
    }

    private static object? Value(NpgsqlDataReader reader, int column, MoveType type)
    {
        if (reader.IsDBNull(column))
            return null;
        return type switch
        {
            MoveType.Integer => (long)reader.GetInt32(column),
            MoveType.Bigint => reader.GetInt64(column),
            MoveType.Uuid => reader.GetGuid(column),
            _ => reader.GetFieldValue<byte[]>(column),
        };
    }
}
