using Dapper;
using Gatepost.Storage.Postgres;
using Gatepost.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Gatepost.Tests.Storage;

public sealed class PostgresWriteSessionTests : IAsyncDisposable
{
    private const string Add = "INSERT INTO attempts_default (delivery_seq, number, trigger, started_at, duration_ms, outcome, url, header_names, signed) VALUES (1, 1, 0, 1, 1, 0, '', '', 0)";

    private const string Organization = "INSERT INTO organizations (id, name, created_at, updated_at) VALUES (gen_random_uuid(), 'Desk', 0, 0) RETURNING seq";

    private readonly TestDatabase db = TestDatabase.Create(TestStorage.Postgres);
    private readonly List<string> happened = [];

    public ValueTask DisposeAsync() => db.DisposeAsync();

    [Fact]
    public async Task RunWithCommit_Statements_AreReadBeforeWhatWaitsForTheCommit()
    {
        await WriteAsync(session => session.RunWithCommit(Batch(session, Add, "SELECT 7"), reader => happened.Add(reader.Read() ? $"read {reader.GetInt32(0)}" : "nothing")));

        happened.ShouldBe(["read 7", "committed"]);
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task RunWithCommit_ErrorInTheLastStatement_UndoesAllOfThem()
    {
        await Should.ThrowAsync<PostgresException>(WriteAsync(session => session.RunWithCommit(Batch(session, Add, Add))));

        happened.ShouldBe(["rolled back"]);
        (await CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task RunWithCommit_ServerEndsTheConnection_LeavesDoubt()
    {
        await Should.ThrowAsync<PostgresException>(WriteAsync(session => session.RunWithCommit(Batch(session, Add, "SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(9)"))));

        happened.ShouldBe(["in doubt", "rolled back"]);
    }

    [Fact]
    public async Task RunWithCommit_TransactionThatIdledTooLong_LeavesNoDoubt()
    {
        await Should.ThrowAsync<PostgresException>(WriteAsync(session =>
        {
            session.Connection.Execute("SET LOCAL idle_in_transaction_session_timeout = 1");
            WaitUntilEnded(session.Npgsql.ProcessID);
            session.RunWithCommit(Batch(session, Add));
        }));

        happened.ShouldBe(["rolled back"]);
    }

    [Fact]
    public async Task RunWithCommit_AnswerThatCannotBeRead_LeavesDoubt()
    {
        await Should.ThrowAsync<IOException>(WriteAsync(session => session.RunWithCommit(Batch(session, Add, "SELECT 7"), _ => throw new IOException("broken"))));

        happened.ShouldBe(["in doubt", "rolled back"]);
    }

    [Fact]
    public async Task RunWithCommit_Twice_IsRefused() =>
        await Should.ThrowAsync<InvalidOperationException>(WriteAsync(session =>
        {
            session.RunWithCommit(Batch(session, Add));
            session.RunWithCommit(Batch(session, Add));
        }));

    [Fact]
    public async Task RunWithCommit_DeadlockInTheLastStatement_RunsTheWholeWriteAgain()
    {
        await using var rival = await Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await rival.ExecuteAsync($"WITH o AS ({Organization}) INSERT INTO admins (id, organization_seq, email, created_at) SELECT gen_random_uuid(), seq, '', 0 FROM o, generate_series(1, 2)");
        await rival.ExecuteAsync("BEGIN; UPDATE admins SET name = 'rival' WHERE seq = 2");
        Task? blocked = null;
        var database = db.Services.GetRequiredService<PostgresDatabase>();

        var runs = await database.WriteHotAsync(
            session =>
            {
                happened.Add("run");
                session.Connection.Execute("SET LOCAL deadlock_timeout = '10ms'; UPDATE admins SET name = 'ours' WHERE seq = 1");
                if (blocked is null)
                {
                    blocked = rival.ExecuteAsync("UPDATE admins SET name = 'rival' WHERE seq = 1; COMMIT");
                    Wait($"SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = {rival.ProcessID} AND wait_event_type = 'Lock')");
                }

                session.RunWithCommit(Batch(session, "UPDATE admins SET name = 'ours' WHERE seq = 2"));
                return happened.Count;
            },
            TestContext.Current.CancellationToken);

        await blocked!;
        runs.ShouldBe(2);
        (await rival.QueryAsync<string>("SELECT name FROM admins")).ShouldBe(["ours", "ours"]);
    }

    private async Task WriteAsync(Action<PostgresWriteSession> write)
    {
        await using var connection = await Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var session = new PostgresWriteSession(connection);
        session.AfterCommit(() => happened.Add("committed"));
        session.AfterRollback(() => happened.Add("rolled back"));
        session.AfterDoubt(() => happened.Add("in doubt"));
        try
        {
            write(session);
            session.Commit(transaction);
        }
        catch
        {
            session.OnRolledBack();
            throw;
        }
    }

    private NpgsqlDataSource Source => db.Services.GetRequiredService<PostgresConnections>().Hot;

    private void WaitUntilEnded(int backend) => Wait($"SELECT NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = {backend})");

    private void Wait(string isSo)
    {
        using var other = Source.OpenConnection();
        while (!other.ExecuteScalar<bool>(isSo))
            other.Execute("SELECT pg_sleep(0.01)");
    }

    private async Task<long> CountAsync()
    {
        await using var connection = await Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        return await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM attempts_default");
    }

    private static NpgsqlBatch Batch(PostgresWriteSession session, params IEnumerable<string> statements)
    {
        var batch = new NpgsqlBatch(session.Npgsql);
        foreach (var sql in statements)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        return batch;
    }
}
