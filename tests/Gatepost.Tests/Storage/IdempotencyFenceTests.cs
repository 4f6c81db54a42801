using Dapper;
using Gatepost.Security;
using Gatepost.Storage;
using Gatepost.Storage.Sql;
using Gatepost.Testing;
using Npgsql;

namespace Gatepost.Tests.Storage;

/// <summary>A key that a node began which then stood still, on several nodes over one database.</summary>
public sealed class IdempotencyFenceTests : IAsyncDisposable
{
    private static readonly byte[] Scope = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] Body = new byte[32];

    private readonly TestDatabase db = TestDatabase.Create(TestStorage.Postgres);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => db.DisposeAsync();

    [Fact]
    public async Task CarryOut_AnotherNodeHasTakenTheKeyOver_ChangesNothing()
    {
        var (stood, other) = (await StartNodeAsync(), await StartNodeAsync());
        var begun = await BeginAsync(stood.Store);
        await EndAsync(stood.Epoch);
        await BeginAsync(other.Store);

        await Should.ThrowAsync<StorageUnavailableException>(() => MakeOrganizationAsync(begun));

        (await CountAsync("organizations")).ShouldBe(0);
    }

    [Fact]
    public async Task Begin_CarriedOutByANodeThatIsGone_IsNotCarriedOutAgain()
    {
        var (gone, other) = (await StartNodeAsync(), await StartNodeAsync());
        await MakeOrganizationAsync(await BeginAsync(gone.Store));
        await EndAsync(gone.Epoch);

        (await other.Store.BeginAsync(Scope, Body, Token)).ShouldBeOfType<IdempotencyStart.AnswerLost>();
    }

    [Fact]
    public async Task Abandon_AnotherNodeHasTakenTheKeyOver_LeavesItThere()
    {
        var (stood, other) = (await StartNodeAsync(), await StartNodeAsync());
        var begun = await BeginAsync(stood.Store);
        await EndAsync(stood.Epoch);
        await BeginAsync(other.Store);

        await stood.Store.AbandonAsync(begun);
        await stood.Store.AnswerAsync(begun, 201, null, [], Token);

        (await CountAsync($"idempotency WHERE state = 0 AND epoch = {other.Epoch}")).ShouldBe(1);
    }

    [Fact]
    public async Task Abandon_DatabaseRefuses_GoesOnUntilTheKeyIsFree()
    {
        var node = await StartNodeAsync();
        var begun = await BeginAsync(node.Store);
        await using var connection = await db.Database.ReadAsync(c => new NpgsqlConnection(((NpgsqlConnection)c).ConnectionString), Token);
        await connection.OpenAsync(Token);
        await connection.ExecuteAsync("SET idle_in_transaction_session_timeout = 0; BEGIN; LOCK TABLE idempotency");
        await node.Store.AbandonAsync(begun);

        await connection.ExecuteAsync("ROLLBACK");

        await Eventually.GetAsync(() => CountAsync("idempotency"), left => left == 0, () => db.Clock.Advance(TimeSpan.FromMilliseconds(200)));
    }

    private async Task<(IdempotencyStore Store, long Epoch)> StartNodeAsync()
    {
        var number = await db.Database.WriteAsync(
            s => s.Connection.ExecuteScalar<long>("INSERT INTO epochs (node, started_at, expires_at) VALUES (gen_random_uuid()::text, 0, 9999999999999) RETURNING seq"), Token);
        var epoch = new Epoch();
        epoch.Start(number);
        return (new IdempotencyStore(db.Database, new SecretBox(new MasterKeys([Convert.ToBase64String(new byte[32])], "unused")), epoch, db.Clock), number);
    }

    private Task<int> EndAsync(long epoch) => db.Database.WriteAsync(s => s.Connection.Execute("UPDATE epochs SET ended_at = 1 WHERE seq = @epoch", new { epoch }), Token);

    private static async Task<IdempotencyClaim> BeginAsync(IdempotencyStore store) =>
        (await store.BeginAsync(Scope, Body, Token)).ShouldBeOfType<IdempotencyStart.Begun>().Claim;

    private async Task MakeOrganizationAsync(IdempotencyClaim claim)
    {
        IdempotencyScope.Enter(claim);
        try
        {
            await db.Database.WriteAsync(s => s.Connection.Execute("INSERT INTO organizations (id, name, created_at, updated_at) VALUES (gen_random_uuid(), 'Desk', 0, 0)"), Token);
        }
        finally
        {
            IdempotencyScope.Enter(null);
        }
    }

    private Task<long> CountAsync(string rows) => new LogRows(db).CountAsync(rows);
}
