using Microsoft.Data.Sqlite;

namespace Gatepost.Storage.Sqlite;

/// <summary>The file as the stores see it: reads on their own connections, writes through the one writer.</summary>
internal sealed class SqliteDatabase(SqliteReaders readers, SqliteWriter writer)
{
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellation) => readers.ReadAsync(read, cancellation);

    public Task<T> WriteAsync<T>(Func<SqliteWriteSession, T> write, CancellationToken cancellation, int count = 1)
    {
        if (IdempotencyScope.Current is not { } scope)
            return writer.WriteAsync(write, cancellation, count);
        return writer.WriteAsync(
            session =>
            {
                var result = write(session);
                SqliteIdempotencyStore.MarkCarriedOut(session, scope);
                return result;
            },
            cancellation);
    }

    /// <param name="count">How many writes it stands for.</param>
    public Task WriteAsync(Action<SqliteWriteSession> write, CancellationToken cancellation, int count = 1) =>
        WriteAsync(session => { write(session); return true; }, cancellation, count);
}
