using System.Diagnostics;
using Gatepost.Bench.Moving;
using Gatepost.Bench.Postgres;

namespace Gatepost.Bench.Scenarios;

/// <summary>
/// A file with a million deliveries, a tenth of them waiting, is moved to PostgreSQL. The command is killed half-way and run again;
/// then a server on PostgreSQL sends what waits.
/// </summary>
internal static class MovingScenario
{
    private const int Webhooks = 10;

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        await using var bench = await Workbench.SetUpAsync(options with { Storage = "sqlite", ConnectionString = null }, cancellation);
        await using var postgres = await BenchPostgres.StartAsync(options);
        var (report, to) = (new Report("moving", options with { Storage = "sqlite to postgres" }), await postgres.AddDatabaseAsync());
        await using (await GatepostProcess.StartAsync(bench.Settings, cancellation))
            await bench.AddOrganizationAsync("moving", Webhooks, i => bench.Receiver.Url(i), cancellation);
        var file = Path.Combine(bench.Settings.DataDirectory, "gatepost.db");
        var ledger = bench.Receiver.Open(Webhooks);
        report["deliveries"] = options.Deliveries ?? 1_000_000;
        var pending = new OldFile(file, ledger).Fill((options.Deliveries ?? 1_000_000) / Webhooks);
        report["pending"] = pending;
        report["fileMiB"] = new FileInfo(file).Length / 1048576.0;
        await MoveAsync(bench.Settings, file, to, report, cancellation);
        report["targetMiB"] = (long)(await BenchPostgres.QueryAsync(to, "SELECT pg_database_size(current_database())"))! / 1048576.0;

        bench.Settings["Storage__Provider"] = "postgres";
        bench.Settings["Storage__ConnectionString"] = to;
        bench.Settings["MasterKeys__0"] = await File.ReadAllTextAsync(Path.Combine(bench.Settings.DataDirectory, "master.key"), cancellation);
        var began = Stopwatch.GetTimestamp();
        await using var server = await GatepostProcess.StartAsync(bench.Settings, cancellation);
        await ledger.WaitForAllAsync(TimeSpan.FromSeconds(120), cancellation);
        report["pendingDelivered"] = ledger.Received;
        report["sendSeconds"] = Stopwatch.GetElapsedTime(began).TotalSeconds;
        report["lost"] = ledger.Missing();
        report["duplicates"] = ledger.Duplicates;
        return report;
    }

    private static async Task MoveAsync(ServerSettings settings, string file, string to, Report report, CancellationToken cancellation)
    {
        var half = CountRows(file) / 2;
        using var first = new MoverProcess(settings, file, to);
        while (first.IsRunning && await CopiedAsync(to) < half)
            await first.WatchAsync(cancellation);
        await first.KillAsync();
        var copyTime = first.Elapsed;
        var resumedAt = await CopiedAsync(to);
        using var second = new MoverProcess(settings, file, to);
        while (second.IsRunning)
            await second.WatchAsync(cancellation);
        copyTime += second.CopyTime;
        var compareTime = second.Elapsed - second.CopyTime;

        var tables = await second.ReadTablesAsync();
        var rows = tables.Sum(t => t.InTarget);
        report["rows"] = rows;
        report["seconds"] = (copyTime + compareTime).TotalSeconds;
        report["copiedPerSecond"] = rows / copyTime.TotalSeconds;
        report["comparedPerSecond"] = rows / compareTime.TotalSeconds;
        report["resumedAt"] = resumedAt;
        report["countsEqual"] = tables.Count > 0 && tables.All(t => t.InFile == t.InTarget);
        report["checksumsEqual"] = second.ExitCode == 0 && tables.All(t => t.Equal);
        report["peakRssMiB"] = Math.Max(first.PeakRssMiB, second.PeakRssMiB);
    }

    private static long CountRows(string file)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM deliveries) + (SELECT count(*) FROM attempts)";
        return (long)command.ExecuteScalar()!;
    }

    private static async Task<long> CopiedAsync(string to) =>
        await BenchPostgres.QueryAsync(to, "SELECT to_regclass('storage_move_tables') IS NOT NULL") is true
            ? (long)(await BenchPostgres.QueryAsync(to, "SELECT coalesce(sum(rows), 0)::bigint FROM storage_move_tables"))!
            : 0;
}
