namespace Gatepost.Storage.Postgres;

/// <summary>A start of a node: the schema, and whether the node may read what the others sealed.</summary>
internal sealed class PostgresSetup(PostgresMigrator migrator, PostgresKeyCheck keys) : IStorageSetup
{
    public string Place => migrator.Place;

    public async Task PrepareAsync(CancellationToken cancellation)
    {
        await migrator.MigrateAsync(cancellation).ConfigureAwait(false);
        await keys.RunAsync(cancellation).ConfigureAwait(false);
    }
}
