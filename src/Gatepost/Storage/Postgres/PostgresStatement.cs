using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Gatepost.Storage.Sql;
using Npgsql;

namespace Gatepost.Storage.Postgres;

#pragma warning disable CA1001 // The command holds nothing but the text and its values; its reader is closed by Reset.
/// <summary>A statement whose values have names like <c>$seq</c>, numbered in the order in which they come first. The driver keeps it prepared.</summary>
internal sealed partial class PostgresStatement(NpgsqlConnection connection, string sql) : Statement
#pragma warning restore CA1001
{
    private static readonly ConcurrentDictionary<string, string> Numbered = new(StringComparer.Ordinal);

    private readonly NpgsqlCommand command = new(Numbered.GetOrAdd(sql, Number), connection);
    private NpgsqlDataReader? reader;

    public override Statement Bind(long value) => Add(new NpgsqlParameter<long> { TypedValue = value });

    public override Statement Bind(Guid value) => Add(new NpgsqlParameter<Guid> { TypedValue = value });

    public override Statement BindBlob(ReadOnlySpan<byte> value) => Add(new NpgsqlParameter<byte[]> { TypedValue = value.ToArray() });

    public override Statement BindText(ReadOnlySpan<byte> utf8) => BindText(Encoding.UTF8.GetString(utf8));

    public override Statement BindText(string? value) => Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = (object?)StorableText.Of(value) ?? DBNull.Value });

    public override Statement BindNull() => Add(new NpgsqlParameter { Value = DBNull.Value });

    public override int Run()
    {
        try
        {
            return Math.Max(0, command.ExecuteNonQuery());
        }
        finally
        {
            Reset();
        }
    }

    public override long? RunForKey()
    {
        command.CommandText += " RETURNING seq";
        try
        {
            return (long?)command.ExecuteScalar();
        }
        finally
        {
            command.CommandText = Numbered[sql];
            Reset();
        }
    }

    public override bool Step() => (reader ??= command.ExecuteReader()).Read();

    public override bool IsNull(int column) => reader!.IsDBNull(column);

    public override long Number(int column) => reader!.GetValue(column) switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        var other => Convert.ToInt64(other, CultureInfo.InvariantCulture),
    };

    public override ReadOnlySpan<byte> Blob(int column) => reader!.GetValue(column) is string text ? Encoding.UTF8.GetBytes(text) : reader.GetFieldValue<byte[]>(column);

    public override string? Text(int column) => IsNull(column) ? null : reader!.GetString(column);

    public override Guid Id(int column) => reader!.GetGuid(column);

    public override void Reset()
    {
        reader?.Dispose();
        reader = null;
        command.Parameters.Clear();
    }

    private PostgresStatement Add(NpgsqlParameter parameter)
    {
        command.Parameters.Add(parameter);
        return this;
    }

    private static string Number(string sql)
    {
        var names = new List<string>();
        return Name().Replace(sql, match =>
        {
            var index = names.IndexOf(match.Value);
            if (index < 0)
            {
                names.Add(match.Value);
                index = names.Count - 1;
            }

            return string.Create(CultureInfo.InvariantCulture, $"${index + 1}");
        });
    }

    [GeneratedRegex(@"\$[A-Za-z]\w*")]
    private static partial Regex Name();
}
