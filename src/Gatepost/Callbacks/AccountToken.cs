using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Callbacks;

/// <summary>The unguessable segment of an account's callback URLs; looked up by its SHA-256.</summary>
internal static class AccountToken
{
    private const int MaxLength = 100;

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));

    /// <returns>Null when it can be no token.</returns>
    public static byte[]? Hash(string token) => token.Length is > 0 and <= MaxLength ? SHA256.HashData(Encoding.UTF8.GetBytes(token)) : null;
}
