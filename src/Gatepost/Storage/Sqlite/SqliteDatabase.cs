using System.Data.Common;
using Gatepost.Storage.Sql;

namespace Gatepost.Storage.Sqlite;

/// <summary>The file: reads on their own connections, writes through the one writer.</summary>
internal sealed class SqliteDatabase(SqliteReaders readers, SqliteWriter writer) : Database
{
    public override Task<T> ReadAsync<T>(Func<DbConnection, T> read, CancellationToken cancellation) => readers.ReadAsync(read, cancellation);

    protected override Task<T> CommitAsync<T>(Func<WriteSession, T> write, int count, CancellationToken cancellation) =>
        writer.WriteAsync(write, cancellation, count);
}
