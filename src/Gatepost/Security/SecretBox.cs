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

    /// <exception cref="MasterKeyMissingException">The key that sealed it is not configured.</exception>
    /// <exception cref="CryptographicException">The value was changed or moved.</exception>
    public byte[] Unprotect(ReadOnlySpan<byte> sealedSecret, Guid owner, string column)
    {
        if (sealedSecret.Length < IdSize + NonceSize + TagSize)
            throw new CryptographicException("A stored secret is cut short.");
        var key = keys.Find(sealedSecret[..IdSize])
            ?? throw new MasterKeyMissingException();
        var secret = new byte[sealedSecret.Length - IdSize - NonceSize - TagSize];
        using var aes = new AesGcm(key.Bytes, TagSize);
        aes.Decrypt(
            sealedSecret.Slice(IdSize, NonceSize), sealedSecret[(IdSize + NonceSize + TagSize)..], sealedSecret.Slice(IdSize + NonceSize, TagSize),
            secret, AssociatedData(owner, column));
        return secret;
    }

    /// <returns>Null when no configured key opens it.</returns>
    public byte[]? TryUnprotect(ReadOnlySpan<byte> sealedSecret, Guid owner, string column)
    {
        try
        {
            return Unprotect(sealedSecret, owner, column);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <returns>The same secret under the current key; null when it is under it already, or no configured key opens it.</returns>
    public byte[]? Renew(ReadOnlySpan<byte> sealedSecret, Guid owner, string column) =>
        IsStale(sealedSecret) && TryUnprotect(sealedSecret, owner, column) is { } secret ? Protect(secret, owner, column) : null;

    /// <summary>Whether the key that sealed it is configured.</summary>
    public bool HasKeyOf(ReadOnlySpan<byte> sealedSecret) => keys.Find(sealedSecret[..IdSize]) is not null;

    /// <summary>Whether it should be sealed again, because an older key sealed it.</summary>
    public bool IsStale(ReadOnlySpan<byte> sealedSecret) => !sealedSecret[..IdSize].SequenceEqual(keys.Current.Id);

    private static byte[] AssociatedData(Guid owner, string column) => Encoding.UTF8.GetBytes($"{owner:N}/{column}");
}
