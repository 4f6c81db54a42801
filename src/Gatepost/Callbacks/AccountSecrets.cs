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

    /// <returns>Null when no configured master key opens it.</returns>
    public string? OpenToken(Guid account, byte[] sealedToken) => box.TryUnprotect(sealedToken, account, TokenColumn) is { } token ? Encoding.UTF8.GetString(token) : null;

    /// <returns>Null when no configured master key opens them.</returns>
    public StoredCredentials? OpenCredentials(Guid account, byte[] sealedCredentials) =>
        box.TryUnprotect(sealedCredentials, account, CredentialsColumn) is { } json ? JsonSerializer.Deserialize<StoredCredentials>(json)! : null;

    /// <summary>Under the first master key. The two may be under different ones, after a change of the credentials.</summary>
    /// <returns>Null when they are under it already, or none opens them.</returns>
    public byte[]? RenewToken(Guid account, byte[] sealedToken) => box.Renew(sealedToken, account, TokenColumn);

    /// <inheritdoc cref="RenewToken"/>
    public byte[]? RenewCredentials(Guid account, byte[] sealedCredentials) => box.Renew(sealedCredentials, account, CredentialsColumn);

    public bool IsReadable(Guid account, byte[] sealedToken, byte[] sealedCredentials) =>
        box.TryUnprotect(sealedToken, account, TokenColumn) is not null && box.TryUnprotect(sealedCredentials, account, CredentialsColumn) is not null;
}
