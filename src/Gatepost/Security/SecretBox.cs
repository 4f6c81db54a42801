using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Security;

/// <summary>
/// Encrypts small secrets at rest: AES-256-GCM (NIST SP 800-38D), a random 96-bit nonce each, associated data = owner and
/// column, so that a value copied to another row does not decrypt. Layout: key id (4) | nonce (12) | tag (16) | ciphertext.
/// </summary>
internal sealed class SecretBox(MasterKeys keys)
{
    private const int IdSize = 4;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    /// <param name="owner">The id of the row that the secret belongs to.</param>
    /// <param name="column">Which secret of that row.</param>
    public byte[] Protect(ReadOnlySpan<byte> secret, Guid owner, string column)
    {
        var key = keys.Current;
        var box = new byte[IdSize + NonceSize + TagSize + secret.Length];
        key.Id.CopyTo(box, 0);
        var nonce = box.AsSpan(IdSize, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key.Bytes, TagSize);
        aes.Encrypt(
            nonce, secret, box.AsSpan(IdSize + NonceSize + TagSize), box.AsSpan(IdSize + NonceSize, TagSize), AssociatedData(owner, column));
        return box;
    }

    /// <exception cref="CryptographicException">The key that sealed it is not configured, or the value was changed or moved.</exception>
    public byte[] Unprotect(ReadOnlySpan<byte> sealedSecret, Guid owner, string column)
    {
        if (sealedSecret.Length < IdSize + NonceSize + TagSize)
            throw new CryptographicException("A stored secret is cut short.");
        var key = keys.Find(sealedSecret[..IdSize])
            ?? throw new CryptographicException("A stored secret was sealed with a master key that is not configured; add it to Gatepost__MasterKeys.");
        var secret = new byte[sealedSecret.Length - IdSize - NonceSize - TagSize];
        using var aes = new AesGcm(key.Bytes, TagSize);
        aes.Decrypt(
            sealedSecret.Slice(IdSize, NonceSize), sealedSecret[(IdSize + NonceSize + TagSize)..], sealedSecret.Slice(IdSize + NonceSize, TagSize),
            secret, AssociatedData(owner, column));
        return secret;
    }

    /// <summary>Whether it should be sealed again, because an older key sealed it.</summary>
    public bool IsStale(ReadOnlySpan<byte> sealedSecret) => !sealedSecret[..IdSize].SequenceEqual(keys.Current.Id);

    private static byte[] AssociatedData(Guid owner, string column) => Encoding.UTF8.GetBytes($"{owner:N}/{column}");
}
