using Npgsql;

namespace Gatepost.Testing;

/// <summary>A database of one test; goes with it, whoever is still connected.</summary>
internal sealed class PostgresTestDatabase(PostgresCluster cluster, string name) : IAsyncDisposable
{
    public string Name => name;

    public string ConnectionString => cluster.ConnectionString(name);

    public async ValueTask DisposeAsync()
    {
        await cluster.DropDatabaseAsync(name);
        await using var connection = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(connection);
    }
}
