namespace Gatepost.Storage.Moves;

/// <summary>
/// Which tables are copied, and in which order. It follows from the two schemas, so that nothing which is added to both can be
/// forgotten; what is in one alone must be named in <see cref="MoveRules"/>.
/// </summary>
internal static class MovePlan
{
    /// <returns>The tables, each after those that it refers to.</returns>
    /// <exception cref="StorageUnavailableException">Something in the file has no place in the target.</exception>
    public static IReadOnlyList<MoveTable> Make(IReadOnlyList<SourceColumn> source, TargetSchema target)
    {
        var tables = source.GroupBy(c => c.Table, StringComparer.Ordinal)
            .Where(t => !MoveRules.LeftOut.ContainsKey(t.Key))
            .Select(t => MakeTable(t.Key, [.. t], [.. target.Columns.Where(c => c.Table == t.Key)]))
            .ToDictionary(t => t.Name, StringComparer.Ordinal);
        var ordered = new List<MoveTable>();
        foreach (var table in tables.Values)
            Place(table);
        return ordered;

        void Place(MoveTable table)
        {
            if (ordered.Contains(table))
                return;
            foreach (var (_, referred) in target.References.Where(r => r.Table == table.Name && r.Referred != table.Name))
                Place(tables[referred]);
            ordered.Add(table);
        }
    }

    private static MoveTable MakeTable(string name, List<SourceColumn> source, List<TargetColumn> target)
    {
        var homeless = source.Select(c => c.Name).Except(target.Select(c => c.Name), StringComparer.Ordinal).FirstOrDefault();
        if (homeless is not null)
            throw new StorageUnavailableException($"{name}.{homeless} of the file has no place in the target. Both must have the schema of this binary.");
        var columns = target.ConvertAll(c => MakeColumn(c, source));
        var key = source.Where(c => c.KeyPosition > 0).OrderBy(c => c.KeyPosition).Select(c => columns.Single(t => t.Name == c.Name)).ToList();
        return new MoveTable(name, columns, key, target.Find(c => c.IsIdentity)?.Name);
    }

    private static MoveColumn MakeColumn(TargetColumn column, List<SourceColumn> source)
    {
        var value = MoveRules.ValueOf(column.Table, column.Name) ?? (source.Exists(c => c.Name == column.Name) ? MoveTable.Quote(column.Name) : null);
        if (value is null)
            throw new StorageUnavailableException($"{column.Table}.{column.Name} of the target is not in the file. Both must have the schema of this binary.");
        return new MoveColumn(column.Name, TypeOf(column), value);
    }

    private static MoveType TypeOf(TargetColumn column) => column.Type switch
    {
        "integer" => MoveType.Integer,
        "bigint" => MoveType.Bigint,
        "uuid" => MoveType.Uuid,
        "text" => MoveType.Text,
        "bytea" => MoveType.Bytea,
        _ => throw new StorageUnavailableException($"{column.Table}.{column.Name} of the target is {column.Type}, which cannot be copied."),
    };
}
