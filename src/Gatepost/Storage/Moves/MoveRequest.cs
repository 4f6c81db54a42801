namespace Gatepost.Storage.Moves;

/// <summary>From where to where everything is to be copied.</summary>
internal sealed record MoveRequest
{
    /// <summary>Path of the SQLite file.</summary>
    public required string From { get; init; }

    /// <summary>Npgsql's keywords.</summary>
    public required string To { get; init; }

    /// <summary>Compares what is there, and writes nothing.</summary>
    public bool VerifyOnly { get; init; }

    /// <summary>A batch ends with so many rows, or with <see cref="BatchBytes"/>; what is in one is done again after a kill.</summary>
    public int BatchRows { get; init; } = 20_000;

    public long BatchBytes { get; init; } = 16 << 20;
}

/// <param name="Place">Host and database of the target.</param>
/// <param name="CopiedRows">In this run.</param>
/// <param name="FinishedAt">When an earlier run had finished everything; then this one did nothing.</param>
/// <param name="Tables">In the order of copying.</param>
internal sealed record MoveResult(string Place, long CopiedRows, DateTimeOffset? FinishedAt, IReadOnlyList<TableComparison> Tables)
{
    public bool IsEqual => Tables.All(t => t.IsEqual);
}

/// <param name="Step">Copying or Comparing.</param>
/// <param name="Rows">So far, of all tables, with those of earlier runs.</param>
internal sealed record MoveProgress(string Step, string Table, long Rows, long Total);
