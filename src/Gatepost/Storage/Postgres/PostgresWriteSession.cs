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

    private const string IdleInTransaction = "25P03"; // idle_in_transaction_session_timeout

    private readonly List<Action> afterDoubt = [];
    private NpgsqlBatch? last;
    private Action<NpgsqlDataReader>? readLast;

    public override DbConnection Connection => connection;

    public NpgsqlConnection Npgsql => connection;

    public override Statement Prepare(string sql) => new PostgresStatement(connection, sql);

    public override void Serialize(long organizationSeq) => connection.Execute("SELECT pg_advisory_xact_lock(@key)", new { key = OrganizationLocks + organizationSeq });

    public override void Lock(string table, Guid id) => connection.Execute($"SELECT 1 FROM {table} WHERE id = @id FOR UPDATE", new { id });

    /// <summary>Fan-out reads the webhooks in its own transaction; what the other nodes keep of their settings is told to be forgotten.</summary>
    public override void FanOutChanged(long organizationSeq) => PostgresHints.Notify(connection, PostgresHints.Organization, organizationSeq);

    public override void CancelAsked(long webhookSeq, IReadOnlyCollection<long> deliveries)
    {
        // A hint has less than 8,000 bytes.
        foreach (var some in deliveries.Chunk(200))
            PostgresHints.Notify(connection, PostgresHints.Cancel, $"{webhookSeq} {string.Join(',', some)}");
    }

    /// <summary>The last statements of this write: they go to the server together with the commit, on one way there and back.</summary>
    /// <param name="read">Runs before what was put off until after the commit; must not use the connection.</param>
    /// <exception cref="InvalidOperationException">This write has its last statements already.</exception>
    public void RunWithCommit(NpgsqlBatch statements, Action<NpgsqlDataReader>? read = null)
    {
        if (last is not null)
            throw new InvalidOperationException("A write has its last statements once.");
        (last, readLast) = (statements, read);
    }

    public override void AfterDoubt(Action action) => afterDoubt.Add(action);

    /// <summary>Commits, and keeps what was promised for it.</summary>
    public void Commit(NpgsqlTransaction transaction)
    {
        try
        {
            if (last is null)
                transaction.Commit();
            else
                CommitWithLast(last);
        }
        catch (Exception e) when (MayBeMade(e))
        {
            afterDoubt.ForEach(action => action());
            throw;
        }

        Committed();
    }

    public void OnRolledBack() => RolledBack();

    // An error undoes the transaction. A server that ends the connection may have made the commit first: told to stop meanwhile, it says so
    // before the answer is sent. Only a transaction that waited too long for us had no commit yet.
    private static bool MayBeMade(Exception e) =>
        e is not PostgresException refused || (refused.InvariantSeverity != "ERROR" && refused.SqlState != IdleInTransaction);

    // An error in one of them keeps the server from carrying out what comes after it, the commit too.
    private void CommitWithLast(NpgsqlBatch statements)
    {
        statements.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        using (statements)
        {
            using var reader = statements.ExecuteReader();
            readLast?.Invoke(reader);
            while (reader.NextResult())
            {
                // To the end: the commit's own error, if there is one, comes last.
            }
        }
    }
}
