using System.Globalization;
using Gatepost.Bench.Peers;
using Npgsql;

namespace Gatepost.Bench.Postgres;

/// <summary>What deliveries cost the PostgreSQL server.</summary>
internal sealed class PostgresMeter(BenchPostgres postgres)
{
    private bool prepared;

    /// <summary>Of the postmaster and all its processes, those that have ended too; nothing when the server is not on this machine or not ours.</summary>
    public TimeSpan CpuTime => postgres.Cluster is { IsRunning: true } cluster ? ProcessTreeCpu.Of(cluster.ProcessId) : TimeSpan.Zero;

    /// <summary>Counts from now on.</summary>
    public async Task ResetAsync()
    {
        try
        {
            if (!prepared)
                await postgres.QueryAsync("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
            prepared = true;
            await postgres.QueryAsync("SELECT pg_stat_statements_reset()");
        }
        catch (PostgresException e)
        {
            Report.Say($"statements are not counted: {e.MessageText}");
        }
    }

    /// <returns>Statements of clients since the reset, BEGIN and COMMIT too; null when the server does not count them.</returns>
    public async Task<double?> StatementsAsync()
    {
        try
        {
            // What is asked here is asked in another database than the Gatepost server's. A prepared COMMIT is not counted: each BEGIN has its end.
            return Convert.ToDouble(
                await postgres.QueryAsync(
                    """
                    SELECT sum(calls) + greatest(0, sum(calls) FILTER (WHERE query ^@ 'BEGIN') - coalesce(sum(calls) FILTER (WHERE query IN ('COMMIT', 'ROLLBACK')), 0))
                    FROM pg_stat_statements JOIN pg_database ON oid = dbid WHERE datname <> current_database()
                    """) switch
                {
                    DBNull or null => 0,
                    var sum => sum,
                },
                CultureInfo.InvariantCulture);
        }
        catch (PostgresException)
        {
            return null;
        }
    }

    /// <summary>The statements that cost most, for the person who waits.</summary>
    public async Task<IReadOnlyList<string>> TopAsync(int count)
    {
        await using var connection = await BenchPostgres.OpenAsync(postgres.Cluster!.ConnectionString());
        await using var command = new NpgsqlCommand(
            """
            SELECT calls, total_exec_time, rows, regexp_replace(left(query, 60), '\s+', ' ', 'g')
            FROM pg_stat_statements JOIN pg_database ON oid = dbid WHERE datname <> current_database() ORDER BY total_exec_time DESC LIMIT $1
            """,
            connection)
        {
            Parameters = { new() { Value = count } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add($"{reader.GetInt64(0),8:n0} calls {reader.GetDouble(1),8:n0} ms {reader.GetInt64(2),9:n0} rows  {reader.GetString(3)}");
        return lines;
    }
}
