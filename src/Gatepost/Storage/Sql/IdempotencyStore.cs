using System.Buffers.Binary;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Gatepost.Security;

namespace Gatepost.Storage.Sql;

internal sealed class IdempotencyStore(Database database, SecretBox box, Epoch epoch, TimeProvider clock) : IIdempotencyStore
{
    private const string Column = "idempotency.answer";
    private static readonly TimeSpan AbandonAgainAfter = TimeSpan.FromSeconds(1);

    public Task<IdempotencyStart> BeginAsync(byte[] scope, byte[] bodyHash, CancellationToken cancellation) => database.WriteAsync<IdempotencyStart>(
        session =>
        {
            // The same key may come to two nodes at once.
            session.Serialize(BinaryPrimitives.ReadInt64BigEndian(scope));
            var now = clock.GetInstant();
            var row = session.Connection.QueryFirstOrDefault<Row>(
                "SELECT body_hash, epoch, state, status_code, answer FROM idempotency WHERE scope = @scope AND created_at > @oldest",
                new { scope, oldest = now.AddHours(-24) });
            if (row is null || (row.State == State.Running && !IsAlive(session.Connection, row.Epoch) && bodyHash.AsSpan().SequenceEqual(row.BodyHash)))
            {
                // If not, whoever seemed to be gone has carried it out just now.
                if (!Claim(session.Connection, scope, bodyHash, now, row?.Epoch))
                    return new IdempotencyStart.InProgress();
                // A commit that may have been made leaves a key that nobody carries out: a new epoch frees it.
                session.AfterDoubt(epoch.Doubt);
                return new IdempotencyStart.Begun(new IdempotencyClaim(scope, epoch.Number, now));
            }

            if (!bodyHash.AsSpan().SequenceEqual(row.BodyHash))
                return new IdempotencyStart.Reused();
            if (row.State == State.Answered)
                return Open(scope, row);
            return IsAlive(session.Connection, row.Epoch) ? new IdempotencyStart.InProgress() : new IdempotencyStart.AnswerLost();
        },
        cancellation);

    // Only what was read before: a node that stood still may have woken, and carried it out meanwhile.
    private bool Claim(DbConnection connection, byte[] scope, byte[] bodyHash, DateTimeOffset now, long? before) => connection.Execute(
        """
        INSERT INTO idempotency (scope, body_hash, epoch, state, created_at) VALUES (@scope, @bodyHash, @Number, 0, @now)
        ON CONFLICT (scope) DO UPDATE SET body_hash = excluded.body_hash, epoch = excluded.epoch, state = 0, status_code = NULL, answer = NULL, created_at = excluded.created_at
        WHERE idempotency.created_at <= @oldest OR (idempotency.state = 0 AND idempotency.epoch = @before)
        """,
        new { scope, bodyHash, epoch.Number, now, oldest = now.AddHours(-24), before }) > 0;

    // Whoever carries it out may be another node, as long as its epoch lasts.
    private bool IsAlive(DbConnection connection, long other) => other == epoch.Number
        || (!connection.IsSqlite && connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM epochs WHERE seq = @other AND ended_at IS NULL)", new { other }));

    public Task AnswerAsync(IdempotencyClaim claim, int status, string? contentType, byte[] body, CancellationToken cancellation)
    {
        var plain = Encoding.UTF8.GetBytes((contentType ?? "") + "\n").Concat(body).ToArray();
        var answer = box.Protect(plain, Owner(claim.Scope), Column);
        return database.WriteAsync(
            session => session.Connection.Execute(
                "UPDATE idempotency SET state = 2, status_code = @status, answer = @answer WHERE scope = @Scope AND epoch = @Epoch AND created_at = @BegunAt",
                new { claim.Scope, claim.Epoch, claim.BegunAt, status, answer }),
            cancellation);
    }

    public async Task AbandonAsync(IdempotencyClaim claim)
    {
        try
        {
            await TryAbandonAsync(claim).ConfigureAwait(false);
        }
        catch (StorageUnavailableException)
        {
            _ = AbandonLaterAsync(claim);
        }
    }

    // When the process ends first, its epoch ends with it, and the key is free too.
    private async Task AbandonLaterAsync(IdempotencyClaim claim)
    {
        while (epoch.Number == claim.Epoch)
        {
            await Task.Delay(AbandonAgainAfter, clock, CancellationToken.None).ConfigureAwait(false);
            try
            {
                await TryAbandonAsync(claim).ConfigureAwait(false);
                return;
            }
            catch (StorageUnavailableException)
            {
                // Still away.
            }
        }
    }

    private Task TryAbandonAsync(IdempotencyClaim claim) => database.WriteAsync(
        session =>
        {
            session.Connection.Execute("DELETE FROM idempotency WHERE scope = @Scope AND state = 0 AND epoch = @Epoch AND created_at = @BegunAt", claim);
            session.Connection.Execute("UPDATE idempotency SET epoch = 0 WHERE scope = @Scope AND state = 1 AND epoch = @Epoch AND created_at = @BegunAt", claim);
        },
        CancellationToken.None);

    public Task<int> PurgeAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => database.WriteAsync(
        session => session.Connection.Execute(
            "DELETE FROM idempotency WHERE scope IN (SELECT scope FROM idempotency WHERE created_at < @before LIMIT @limit)", new { before, limit }),
        cancellation);

    /// <summary>In the transaction that makes the request's change.</summary>
    /// <exception cref="StorageUnavailableException">Another node has taken the key over: the change must not be made here.</exception>
    public static void MarkCarriedOut(WriteSession session, IdempotencyClaim claim)
    {
        // A request may write more than once.
        if (session.Prepare("UPDATE idempotency SET state = 1 WHERE scope = $scope AND epoch = $epoch AND created_at = $begun AND state IN (0, 1)").BindBlob(claim.Scope).Bind(claim.Epoch).Bind(claim.BegunAt).Run() == 0)
            throw new StorageUnavailableException("This node was away for too long, and another one carries out the request. Repeat it with the same Idempotency-Key.");
    }

    private IdempotencyStart.Answered Open(byte[] scope, Row row)
    {
        try
        {
            var plain = box.Unprotect(row.Answer!, Owner(scope), Column);
            var end = Array.IndexOf(plain, (byte)'\n');
            return new(row.StatusCode, end == 0 ? null : Encoding.UTF8.GetString(plain, 0, end), plain[(end + 1)..]);
        }
        catch (CryptographicException)
        {
            return new(row.StatusCode, null, null);
        }
    }

    private static Guid Owner(byte[] scope) => new(scope.AsSpan(0, 16));

    private enum State
    {
        Running = 0,
        CarriedOut = 1,
        Answered = 2,
    }

    private sealed class Row
    {
        public byte[] BodyHash { get; init; } = [];

        public long Epoch { get; init; }

        public State State { get; init; }

        public int StatusCode { get; init; }

        public byte[]? Answer { get; init; }
    }
}
