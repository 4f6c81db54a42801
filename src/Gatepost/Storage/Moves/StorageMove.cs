using Gatepost.Storage.Postgres;

namespace Gatepost.Storage.Moves;

/// <summary>
/// Copies everything from a SQLite file to a PostgreSQL database and compares the two. It may be killed at any moment: the next run
/// goes on where the last one stopped.
/// </summary>
internal sealed class StorageMove
{
    private const string Attempts = "attempts";
    private readonly MoveRequest request;
    private readonly SourceFile source;
    private readonly MoveTarget target;
    private readonly IProgress<MoveProgress> progress;
    private readonly MoveJournal journal;
    private readonly IReadOnlyList<MoveTable> tables;

    private StorageMove(MoveRequest request, SourceFile source, MoveTarget target, IProgress<MoveProgress> progress)
    {
        (this.request, this.source, this.target, this.progress) = (request, source, target, progress);
        journal = new MoveJournal(target.Connection);
        tables = MovePlan.Make(source.ReadColumns(), target.ReadSchema());
    }

    /// <exception cref="StorageUnavailableException">It is refused, or a database failed; the message says what to do.</exception>
    public static async Task<MoveResult> RunAsync(MoveRequest request, IProgress<MoveProgress> progress, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            using var source = SourceFile.Open(request.From, migrate: !request.VerifyOnly);
            var target = await MoveTarget.OpenAsync(request.To, migrate: !request.VerifyOnly, cancellation).ConfigureAwait(false);
            await using (target.ConfigureAwait(false))
            {
                var move = new StorageMove(request, source, target, progress);
                return request.VerifyOnly
                    ? await move.VerifyAsync(cancellation).ConfigureAwait(false)
                    : await move.RunAsync(clock, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (MoveFailure.IsExpected(e))
        {
            throw MoveFailure.Explain(e);
        }
    }

    private async Task<MoveResult> RunAsync(TimeProvider clock, CancellationToken cancellation)
    {
        var state = Begin(clock.GetInstant());
        if (state.FinishedAt is { } finished)
            return new MoveResult(target.Place, 0, Instant.FromMilliseconds(finished), []);
        var copied = CopyAll(state, cancellation);
        foreach (var table in tables)
        {
            target.ContinueNumbers(table, source.LastNumber(table));
            target.Analyze(table);
        }

        var result = new MoveResult(target.Place, copied, null, await CompareAllAsync(state, cancellation).ConfigureAwait(false));
        if (result.IsEqual)
            journal.Finish(clock.GetInstant());
        return result;
    }

    private async Task<MoveResult> VerifyAsync(CancellationToken cancellation)
    {
        var state = journal.Find() ?? throw new StorageUnavailableException($"Nothing was moved to {target.Place} yet. Run the command without --verify-only.");
        return new MoveResult(target.Place, 0, null, await CompareAllAsync(state, cancellation).ConfigureAwait(false));
    }

    private MoveState Begin(DateTimeOffset now)
    {
        journal.Prepare();
        var (name, state) = (source.Identify(), journal.Find());
        if (state is null)
        {
            if (tables.Select(t => t.Name).Append("epochs").FirstOrDefault(target.HasRows) is { } full)
                throw new StorageUnavailableException($"{target.Place} is not empty: there are rows in {full}. Move into an empty database.");
            return journal.Begin(name, now);
        }

        if (state.Source != name)
        {
            throw new StorageUnavailableException(
                $"{target.Place} holds a copy of another file, or of this one before a server ran on it again. Move into an empty database.");
        }

        if (state.FinishedAt is null && target.HasRows("epochs"))
            throw new StorageUnavailableException($"A server ran on {target.Place} before everything was there. Move into an empty database.");
        return state;
    }

    private long CopyAll(MoveState state, CancellationToken cancellation)
    {
        var meter = new Meter(progress, "Copying", tables.Sum(source.Count));
        var (copy, copied) = (new TableCopy(source, target, journal, request), 0L);
        foreach (var table in tables)
        {
            var (lastKey, there) = journal.Find(table);
            meter.Add(table, there);
            // Without its day an attempt would lie where retention deletes row by row.
            if (table.Name == Attempts && lastKey is null)
                PostgresPartitions.Make(target.Connection, source.ReadAttemptDays());
            copy.Run(
                table,
                state.StartedAt,
                rows =>
                {
                    copied += rows;
                    meter.Add(table, rows);
                },
                cancellation);
        }

        return copied;
    }

    private async Task<IReadOnlyList<TableComparison>> CompareAllAsync(MoveState state, CancellationToken cancellation)
    {
        var meter = new Meter(progress, "Comparing", tables.Sum(source.Count));
        var comparisons = new List<TableComparison>();
        foreach (var table in tables)
            comparisons.Add(await TableComparison.MakeAsync(source, target, table, state.StartedAt, rows => meter.Add(table, rows), cancellation).ConfigureAwait(false));
        return comparisons;
    }

    private sealed class Meter(IProgress<MoveProgress> progress, string step, long total)
    {
        private long rows;

        public void Add(MoveTable table, long more)
        {
            if (more > 0)
                progress.Report(new MoveProgress(step, table.Name, rows += more, total));
        }
    }
}
