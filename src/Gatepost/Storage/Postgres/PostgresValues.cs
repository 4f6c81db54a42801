using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>Statements of a batch and their values: columns of many rows go as arrays.</summary>
internal static class PostgresValues
{
    public static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    public static NpgsqlParameter<long> Value(long value) => new() { TypedValue = value };

    public static NpgsqlParameter<T[]> Values<T>(IEnumerable<T> values) => new() { TypedValue = [.. values] };
}
