using Microsoft.Data.Sqlite;

namespace Gatepost.Bench.Growth;

internal sealed class SqliteHistory(SqliteConnection connection, string file) : History(connection)
{
    protected override string Series =>
        "(WITH RECURSIVE s (n) AS (SELECT @first UNION ALL SELECT n + 1 FROM s WHERE n + 1 < @end) SELECT n FROM s)";

    protected override (string Names, string Values) FurtherDeliveryColumns => ("", "");

    public static async Task<SqliteHistory> OpenAsync(string dataDirectory, CancellationToken cancellation)
    {
        var file = Path.Combine(dataDirectory, "gatepost.db");
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync(cancellation);
        return new SqliteHistory(connection, file);
    }

    public override Task<double> ReadMiBAsync(CancellationToken cancellation) =>
        Task.FromResult(new[] { file, file + "-wal" }.Where(File.Exists).Sum(f => new FileInfo(f).Length) / 1024.0 / 1024.0);

    protected override Task PrepareAsync(CancellationToken cancellation) =>
        ExecuteAsync("PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=20000; PRAGMA cache_size=-262144; PRAGMA temp_store=MEMORY", cancellation);

    // No ANALYZE: the server never does that either.
    protected override Task FinishAsync(CancellationToken cancellation) => ExecuteAsync("PRAGMA synchronous=FULL; PRAGMA wal_checkpoint(TRUNCATE)", cancellation);

    protected override string Id(string at, string number) => $"unhex(printf('%012x7%03x8%015x', {at}, {number} & 4095, {number}))";
}
