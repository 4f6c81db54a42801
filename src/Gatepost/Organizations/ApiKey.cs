using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Organizations;

/// <summary>A key as it is listed: never the key itself.</summary>
/// <param name="OrganizationId">Null for an instance key.</param>
internal sealed record ApiKey(Guid Id, Guid? OrganizationId, string Name, DateTimeOffset CreatedAt);

/// <summary>What a presented key may do.</summary>
internal sealed record KeyOwner(Guid KeyId, OrganizationRef? Organization);

/// <summary>Keys look like <c>gp_&lt;scope&gt;_&lt;random&gt;</c>; only their SHA-256 is stored. 256 random bits need no slow hash.</summary>
internal static class ApiKeys
{
    public const int MinBootstrapLength = 32;

    /// <summary>Longer ones are not looked for.</summary>
    public const int MaxLength = 256;

    public static string NewInstanceKey() => New("instance");

    public static string NewOrganizationKey() => New("org");

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static string New(string scope) => $"gp_{scope}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
}
