namespace Gatepost.Storage;

/// <summary>Keeps a second process from the files of this one. Held until the process ends, however it ends.</summary>
internal sealed class ProcessLock : IDisposable
{
    private readonly FileStream file;

    /// <param name="path">Of the lock file.</param>
    /// <param name="what">Is guarded by it.</param>
    /// <exception cref="StorageUnavailableException">Another process has it, or the file cannot be written.</exception>
    public ProcessLock(string path, string what)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new StorageUnavailableException(
                $"{what} cannot be had for this process alone: {e.Message.TrimEnd('.')}. "
                + "Stop the other process that uses it, or give this one a DataDirectory of its own that it may write to.", e);
        }
    }

    public void Dispose() => file.Dispose();
}
