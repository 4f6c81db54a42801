using System.Text;
using System.Text.Json;
using Gatepost.Security;

namespace Gatepost.Callbacks;

/// <summary>Seals an account's token and credentials for storage, bound to the account's id and the column.</summary>
internal sealed class AccountSecrets(SecretBox box)
{
    private const string TokenColumn = "token";
    private const string CredentialsColumn = "credentials";

    public byte[] SealToken(Guid account, string token) => box.Protect(Encoding.UTF8.GetBytes(token), account, TokenColumn);

    public byte[] SealCredentials(Guid account, StoredCredentials credentials) =>
        box.Protect(JsonSerializer.SerializeToUtf8Bytes(credentials), account, CredentialsColumn);

    /// <exception cref="System.Security.Cryptography.CryptographicException">No configured master key opens it.</exception>
    public string OpenToken(Guid account, byte[] sealedToken) => Encoding.UTF8.GetString(box.Unprotect(sealedToken, account, TokenColumn));

    /// <exception cref="System.Security.Cryptography.CryptographicException">No configured master key opens them.</exception>
    public StoredCredentials OpenCredentials(Guid account, byte[] sealedCredentials) =>
        JsonSerializer.Deserialize<StoredCredentials>(box.Unprotect(sealedCredentials, account, CredentialsColumn))!;
}
