using System.Data.Common;
using System.Diagnostics;
using System.Globalization;

namespace Gatepost.Bench.Growth;

/// <summary>
/// Deliveries of the last 30 days, written past a stopped server into its database: each with an event of its own and an attempt,
/// in the order of time, over all webhooks of the history in turn. One in 997 failed, the others succeeded.
/// </summary>
internal abstract class History(DbConnection connection) : IAsyncDisposable
{
    /// <summary>Marks the URLs of webhooks that the history is for.</summary>
    public const string UrlMark = "history";

    private const int Batch = 100_000;
    private const long Days = 30;
    private const long DayMilliseconds = 86_400_000;
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(20);

    protected DbConnection Connection => connection;

    /// <summary>Of the history: the numbers from @first on.</summary>
    protected abstract string Series { get; }

    /// <summary>Columns of a delivery that only this database has, and their values.</summary>
    protected abstract (string Names, string Values) FurtherDeliveryColumns { get; }

    public async Task FillAsync(long rows, CancellationToken cancellation)
    {
        await PrepareAsync(cancellation);
        await ExecuteAsync("CREATE TEMP TABLE targets (i integer PRIMARY KEY, webhook bigint, organization bigint, url text)", cancellation);
        await ExecuteAsync(
            $"INSERT INTO targets SELECT row_number() OVER (ORDER BY seq) - 1, seq, organization_seq, url FROM webhooks WHERE url LIKE '%{UrlMark}%'", cancellation);
        // What the server itself stored is the model.
        await ExecuteAsync("CREATE TEMP TABLE model AS SELECT type, payload FROM events LIMIT 1", cancellation);
        var targets = await ReadAsync("SELECT count(*) FROM targets", cancellation);
        var events = await ReadAsync("SELECT max(seq) + 1 FROM events", cancellation);
        var deliveries = await ReadAsync("SELECT max(seq) + 1 FROM deliveries", cancellation);
        var from = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - (Days * DayMilliseconds);
        var (began, said) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        for (long first = 0; first < rows; first += Batch)
        {
            (string, long)[] values =
            [
                ("first", first), ("end", Math.Min(rows, first + Batch)), ("total", rows), ("span", Days * DayMilliseconds), ("since", from),
                ("targets", targets), ("events", events), ("deliveries", deliveries),
            ];
            await InsertAsync(values, cancellation);
            if (Stopwatch.GetElapsedTime(said) < SayEvery)
                continue;
            said = Stopwatch.GetTimestamp();
            Report.Say($"{first + Batch:n0} deliveries stored after {Stopwatch.GetElapsedTime(began).TotalSeconds:n0} s");
        }

        await FinishAsync(cancellation);
        Report.Say($"{rows:n0} deliveries stored in {Stopwatch.GetElapsedTime(began).TotalSeconds:n0} s");
    }

    /// <returns>A place in the middle of the log of deliveries.</returns>
    public Task<long> ReadMiddleAsync(CancellationToken cancellation) => ReadAsync("SELECT coalesce(max(seq), 0) / 2 + 1 FROM deliveries", cancellation);

    public abstract Task<double> ReadMiBAsync(CancellationToken cancellation);

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    protected abstract Task PrepareAsync(CancellationToken cancellation);

    protected abstract Task FinishAsync(CancellationToken cancellation);

    /// <summary>A UUIDv7 of a time and a number.</summary>
    protected abstract string Id(string at, string number);

    protected async Task ExecuteAsync(string sql, CancellationToken cancellation, params (string Name, long Value)[] values)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        await command.ExecuteNonQueryAsync(cancellation);
    }

    protected async Task<long> ReadAsync(string sql, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellation), CultureInfo.InvariantCulture);
    }

    private async Task InsertAsync((string, long)[] values, CancellationToken cancellation)
    {
        // Not a plain join: the numbers' order is to be the rows' order.
        var rows = $"(SELECT n, @since + n * @span / @total AS at FROM {Series} AS numbers) AS s CROSS JOIN targets AS t CROSS JOIN model AS m WHERE t.i = n % @targets";
        var (names, further) = FurtherDeliveryColumns;
        await ExecuteAsync("BEGIN", cancellation);
        await ExecuteAsync(
            $"""
            INSERT INTO events (seq, id, organization_seq, type, timestamp, created_at, payload)
            SELECT @events + n, {Id("at", "n")}, t.organization, m.type, at, at, m.payload FROM {rows}
            """,
            cancellation,
            values);
        await ExecuteAsync(
            $"""
            INSERT INTO deliveries (seq, id, organization_seq, webhook_seq, event_seq, event_type, status, trigger, attempt_count, run_attempts,
              last_outcome, last_status_code, created_at, completed_at{names})
            SELECT @deliveries + n, {Id("at", "n")}, t.organization, t.webhook, @events + n, m.type, CASE WHEN n % 997 = 0 THEN 3 ELSE 2 END, 0, 1, 1,
              CASE WHEN n % 997 = 0 THEN 1 ELSE 0 END, CASE WHEN n % 997 = 0 THEN 500 ELSE 200 END, at, at + 12{further} FROM {rows}
            """,
            cancellation,
            values);
        await ExecuteAsync(
            $"""
            INSERT INTO attempts (delivery_seq, number, trigger, started_at, duration_ms, outcome, url, header_names, signed, status_code,
              response_headers, remote_address)
            SELECT @deliveries + n, 1, 0, at, 12, CASE WHEN n % 997 = 0 THEN 1 ELSE 0 END, t.url, '[]', 1, CASE WHEN n % 997 = 0 THEN 500 ELSE 200 END,
              '[["Content-Length","0"],["Date","Wed, 15 Jan 2025 10:30:00 GMT"]]', '127.0.0.1' FROM {rows}
            """,
            cancellation,
            values);
        await ExecuteAsync("COMMIT", cancellation);
    }
}
