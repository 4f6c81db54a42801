using System.Data.Common;
using Dapper;
using Gatepost.Storage.Sql;
using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>One transaction on a connection of its own.</summary>
internal sealed class PostgresWriteSession(NpgsqlConnection connection) : WriteSession
{
    // Apart from every other user of advisory locks in this database.
    private const long OrganizationLocks = 0x4750_0000_0000_0000;

    public override DbConnection Connection => connection;

    public NpgsqlConnection Npgsql => connection;

    public override Statement Prepare(string sql) => new PostgresStatement(connection, sql);

    public override void Serialize(long organizationSeq) => connection.Execute("SELECT pg_advisory_xact_lock(@key)", new { key = OrganizationLocks + organizationSeq });

    public override void Lock(string table, Guid id) => connection.Execute($"SELECT 1 FROM {table} WHERE id = @id FOR UPDATE", new { id });

    /// <summary>Fan-out reads the webhooks in its own transaction; what the other nodes keep of their settings is told to be forgotten.</summary>
    public override void FanOutChanged(long organizationSeq) => PostgresHints.Notify(connection, PostgresHints.Organization, organizationSeq);

    public void OnCommitted() => Committed();

    public void OnRolledBack() => RolledBack();
}
