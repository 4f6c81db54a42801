using Dapper;
using Gatepost.Storage.Postgres;
using Gatepost.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Tests.Storage;

public sealed class PostgresPartitionsTests : IAsyncDisposable
{
    private static readonly DateTime Day = new(2041, 3, 4, 0, 0, 0, DateTimeKind.Utc);

    private readonly TestDatabase db = TestDatabase.Create(TestStorage.Postgres);

    public ValueTask DisposeAsync() => db.DisposeAsync();

    [Fact]
    public async Task Make_ADayWhoseRowsAreThereAlready_LeavesItAndMakesTheNext()
    {
        await using var connection = await db.Services.GetRequiredService<PostgresConnections>().Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        connection.Execute(
            "INSERT INTO attempts (delivery_seq, number, trigger, started_at, duration_ms, outcome, url, header_names, signed) VALUES (1, 1, 0, @at, 1, 0, '', '', 0)",
            new { at = new DateTimeOffset(Day).ToUnixTimeMilliseconds() });

        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            PostgresPartitions.Make(connection, [Day, Day.AddDays(1)]);
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        connection.Query<string>("SELECT relname FROM pg_class WHERE relname LIKE 'attempts\\_204103__' ORDER BY 1").ShouldBe(["attempts_20410305"]);
    }
}
