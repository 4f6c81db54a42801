namespace Gatepost.Storage.Sqlite;

/// <summary>One process per file: a second one would claim the same deliveries. Held until the process ends, however it ends.</summary>
internal sealed class SqliteLock : IDisposable
{
    private readonly FileStream file;

    public SqliteLock(SqliteConnections connections)
    {
        var path = connections.DatabasePath + ".lock";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new StorageUnavailableException(
                $"{connections.DatabasePath} cannot be had for this process alone: {e.Message.TrimEnd('.')}. "
                + "Stop the other process that uses it, or give this one a DataDirectory of its own that it may write to.", e);
        }
    }

    public void Dispose() => file.Dispose();
}
