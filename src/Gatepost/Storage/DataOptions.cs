namespace Gatepost.Storage;

/// <summary>The folder of everything that this process keeps on the disk; bound at the root of the configuration.</summary>
internal sealed class DataOptions
{
    /// <summary>Holds gatepost.db, the master key file and attachments. Made on start where missing.</summary>
    public string DataDirectory { get; set; } = "./data";
}
