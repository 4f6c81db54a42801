using System.Data.Common;
using Gatepost.Organizations;

namespace Gatepost.Storage.Sql;

/// <summary>The database as the stores see it: short reads, and writes that are each one transaction.</summary>
internal abstract class Database
{
    /// <summary>Runs a short read.</summary>
    /// <exception cref="StorageUnavailableException">The database cannot answer now.</exception>
    public abstract Task<T> ReadAsync<T>(Func<DbConnection, T> read, CancellationToken cancellation);

    /// <summary>Runs the body in a transaction; completes when that is durable. The body may run more than once.</summary>
    /// <param name="count">How many writes it stands for.</param>
    /// <exception cref="StorageUnavailableException">The database cannot be written now; nothing was changed.</exception>
    public Task<T> WriteAsync<T>(Func<WriteSession, T> write, CancellationToken cancellation, int count = 1)
    {
        if (IdempotencyScope.Current is not { } scope)
            return CommitAsync(write, count, cancellation);
        return CommitAsync(
            session =>
            {
                var result = write(session);
                IdempotencyStore.MarkCarriedOut(session, scope);
                return result;
            },
            count,
            cancellation);
    }

    /// <summary>The same, and no other write that names this organization runs at once with it, on whatever node.</summary>
    public virtual Task<T> WriteAsync<T>(OrganizationRef organization, Func<WriteSession, T> write, CancellationToken cancellation) => WriteAsync(
        session =>
        {
            session.Serialize(organization.Seq);
            return write(session);
        },
        cancellation);

    public Task WriteAsync(Action<WriteSession> write, CancellationToken cancellation, int count = 1) =>
        WriteAsync(session => { write(session); return true; }, cancellation, count);

    protected abstract Task<T> CommitAsync<T>(Func<WriteSession, T> write, int count, CancellationToken cancellation);
}
