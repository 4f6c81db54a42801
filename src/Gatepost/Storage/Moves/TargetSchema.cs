using Dapper;
using Npgsql;

namespace Gatepost.Storage.Moves;

/// <param name="References">Which table refers to which.</param>
internal sealed record TargetSchema(IReadOnlyList<TargetColumn> Columns, IReadOnlyList<(string Table, string Referred)> References)
{
    public static TargetSchema Read(NpgsqlConnection connection)
    {
        var columns = connection.Query<TargetColumn>(
            """
            SELECT c.table_name::text AS "Table", c.column_name::text AS Name, c.data_type::text AS Type, c.is_identity = 'YES' AS IsIdentity
            FROM information_schema.columns c JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = current_schema()::text::regnamespace
            WHERE c.table_schema = current_schema() AND c.is_generated = 'NEVER' AND t.relkind IN ('r', 'p') AND NOT t.relispartition
            ORDER BY c.table_name, c.ordinal_position
            """);
        var references = connection.Query<(string, string)>(
            """
            SELECT t.relname::text, r.relname::text FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
            WHERE k.contype = 'f' AND t.relnamespace = current_schema()::text::regnamespace
            """);
        return new TargetSchema(columns.AsList(), references.AsList());
    }
}

internal sealed record TargetColumn(string Table, string Name, string Type, bool IsIdentity);
