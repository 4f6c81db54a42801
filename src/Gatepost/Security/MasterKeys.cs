using System.Security.Cryptography;

namespace Gatepost.Security;

/// <summary>The master keys, current first: from configuration, else from a key file (mode 600) made beside the database on the first start.</summary>
internal sealed class MasterKeys
{
    private const int KeySize = 32;
    private readonly List<Key> keys;

    /// <param name="configured">Base64 of 32 bytes each, the current key first; empty uses the key file.</param>
    /// <exception cref="FormatException">A configured key or the key file is not base64 of 32 bytes.</exception>
    public MasterKeys(IReadOnlyList<string> configured, string dataDirectory)
    {
        keys = [.. configured.Select((text, i) => Parse(text, $"Gatepost__MasterKeys__{i}"))];
        if (keys.Count == 0)
            keys.Add(ReadOrMakeFile(Path.Combine(dataDirectory, "master.key")));
    }

    public Key Current => keys[0];

    public Key? Find(ReadOnlySpan<byte> id)
    {
        foreach (var key in keys)
        {
            if (id.SequenceEqual(key.Id))
                return key;
        }

        return null;
    }

    private static Key Parse(string text, string name)
    {
        var bytes = new byte[KeySize];
        if (!Convert.TryFromBase64String(text.Trim(), bytes.AsSpan(), out var written) || written != KeySize)
            throw new FormatException($"{name} must be base64 of exactly {KeySize} bytes; make one with: openssl rand -base64 32");
        return new Key(SHA256.HashData(bytes)[..4], bytes);
    }

    private static Key ReadOrMakeFile(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (!File.Exists(path))
            MakeFile(path);
        return Parse(File.ReadAllText(path), path);
    }

    // Under another name first: a start that is cut off, by a full disk say, must not leave half a key behind.
    private static void MakeFile(string path)
    {
        var unfinished = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeySize))));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(unfinished, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another start was quicker.
        }
    }

    /// <param name="Id">The first four bytes of the key's SHA-256: names the key without telling it.</param>
    internal sealed record Key(byte[] Id, byte[] Bytes);
}
