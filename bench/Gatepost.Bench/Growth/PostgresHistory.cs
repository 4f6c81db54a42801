using System.Globalization;
using Npgsql;

namespace Gatepost.Bench.Growth;

internal sealed class PostgresHistory(NpgsqlConnection connection) : History(connection)
{
    private const int DaysBack = 31;

    protected override string Series => "(SELECT generate_series(@first::bigint, @end::bigint - 1) AS n)";

    protected override (string Names, string Values) FurtherDeliveryColumns => (", last_attempt_at", ", at");

    public override async Task<double> ReadMiBAsync(CancellationToken cancellation) =>
        await ReadAsync("SELECT pg_database_size(current_database())", cancellation) / 1024.0 / 1024.0;

    protected override async Task PrepareAsync(CancellationToken cancellation)
    {
        await ExecuteAsync("SET synchronous_commit = off", cancellation);
        // As the server would have made them, day by day; today's it has.
        var today = DateTimeOffset.UtcNow.Date;
        for (var day = today.AddDays(-DaysBack); day < today; day = day.AddDays(1))
        {
            var name = "attempts_" + day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
            await ExecuteAsync(
                $"CREATE TABLE IF NOT EXISTS {name} PARTITION OF attempts FOR VALUES FROM ({Milliseconds(day)}) TO ({Milliseconds(day.AddDays(1))})", cancellation);
        }
    }

    // What the history leaves to do is not measured: no vacuum and no checkpoint waits.
    protected override async Task FinishAsync(CancellationToken cancellation)
    {
        foreach (var table in (string[])["events", "deliveries"])
            await ExecuteAsync($"SELECT setval(pg_get_serial_sequence('{table}', 'seq'), (SELECT max(seq) FROM {table}))", cancellation);
        await ExecuteAsync("VACUUM (ANALYZE)", cancellation);
        await ExecuteAsync("CHECKPOINT", cancellation);
    }

    protected override string Id(string at, string number) =>
        $"(lpad(to_hex({at}), 12, '0') || '7' || lpad(to_hex({number} & 4095), 3, '0') || '8' || lpad(to_hex({number}), 15, '0'))::uuid";

    private static string Milliseconds(DateTime day) =>
        new DateTimeOffset(day, TimeSpan.Zero).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
