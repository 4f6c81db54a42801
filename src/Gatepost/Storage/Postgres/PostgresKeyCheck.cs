using Dapper;
using Gatepost.Security;
using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>
/// Whether this node has the master key of the others: the first node seals a word, and whoever cannot open it may not start. With
/// another key it would take webhooks and send nothing for them.
/// </summary>
internal sealed class PostgresKeyCheck(PostgresDatabase database, SecretBox box)
{
    private const string Column = "sealed";
    private const string KeepWhatIsThere = "INSERT INTO master_key_check (sealed) VALUES (@own) ON CONFLICT DO NOTHING";
    private static readonly Guid Owner = Guid.Empty;

    /// <exception cref="StorageUnavailableException">Another master key sealed the secrets of this database.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (!await database.WriteAsync(session => HasKey(((PostgresWriteSession)session).Npgsql), cancellation).ConfigureAwait(false))
        {
            throw new StorageUnavailableException(
                "the secrets in the database were sealed with another master key. Give this node the Gatepost__MasterKeys__0 of the other nodes, or of the server "
                + "that the data came from; after a change of the key the old one stays as Gatepost__MasterKeys__1. If the key is lost for good, docs/operations-postgresql.md "
                + "(A lost master key) says how to go on without.");
        }
    }

    private bool HasKey(NpgsqlConnection connection)
    {
        // Nobody said so yet: a database that was moved here, or is older than the check.
        var isFirst = connection.QuerySingleOrDefault<byte[]>("SELECT sealed FROM master_key_check") is null;
        if (isFirst && connection.QueryFirstOrDefault<byte[]>("SELECT secret FROM webhooks WHERE secret IS NOT NULL ORDER BY seq DESC LIMIT 1") is { } newest && !box.HasKeyOf(newest))
            return false;
        connection.Execute(KeepWhatIsThere, new { own = Seal() });
        var stored = connection.QuerySingle<byte[]>("SELECT sealed FROM master_key_check FOR UPDATE");
        // Emptied by hand: the key is lost, and whoever comes first says which one counts.
        if (stored.Length > 0 && box.TryUnprotect(stored, Owner, Column) is null)
            return false;
        // After a change of the key too: the old one must not be asked for longer than the secrets need it.
        if (stored.Length == 0 || box.IsStale(stored))
            connection.Execute("UPDATE master_key_check SET sealed = @own", new { own = Seal() });
        return true;
    }

    private byte[] Seal() => box.Protect("gatepost"u8, Owner, Column);
}
