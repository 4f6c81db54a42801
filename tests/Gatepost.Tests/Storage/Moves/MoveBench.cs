using Dapper;
using Gatepost.Storage.Moves;
using Gatepost.Storage.Sqlite;
using Gatepost.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Gatepost.Tests.Storage.Moves;

/// <summary>A file with rows, an empty PostgreSQL database, and the move from one to the other.</summary>
internal sealed class MoveBench : IAsyncDisposable
{
    private MoveBench(PostgresTestDatabase target) => Target = target;

    public TestDatabase File { get; } = TestDatabase.Create(TestStorage.Sqlite);

    public PostgresTestDatabase Target { get; }

    public LogRows Rows => new(File);

    public string Path => File.Services.GetRequiredService<SqliteConnections>().DatabasePath;

    public static async Task<MoveBench> StartAsync() => new(await TestDatabase.CreatePostgresAsync());

    /// <summary>Two organizations with rows in every table.</summary>
    public async Task FillAsync()
    {
        for (var i = 0; i < 2; i++)
            await Rows.FillAsync(await Rows.AddOrganizationAsync());
        await Rows.ExecuteAsync("INSERT INTO idempotency (scope, body_hash, epoch, state, created_at) VALUES (@some, @some, 1, 1, 0)");
        await AddLifeAsync();
    }

    /// <summary>As the start of a server does.</summary>
    public Task AddLifeAsync() => Rows.ExecuteAsync("INSERT INTO epochs (node, started_at) VALUES ('node', 0)");

    /// <param name="change">Makes another request of the usual one, in which each row is a batch.</param>
    public Task<MoveResult> RunAsync(Func<MoveRequest, MoveRequest>? change = null, Action<MoveProgress>? progress = null)
    {
        var request = new MoveRequest { From = Path, To = Target.ConnectionString, BatchRows = 1 };
        return StorageMove.RunAsync(change?.Invoke(request) ?? request, new Told(progress ?? (_ => { })), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    public async Task<T?> AskAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(Target.ConnectionString);
        return await connection.ExecuteScalarAsync<T>(sql);
    }

    public Task TellAsync(string sql) => AskAsync<object>(sql);

    public async ValueTask DisposeAsync()
    {
        await File.DisposeAsync();
        await Target.DisposeAsync();
    }

    private sealed class Told(Action<MoveProgress> progress) : IProgress<MoveProgress>
    {
        public void Report(MoveProgress value) => progress(value);
    }
}
