namespace Gatepost.Providers;

/// <summary>User name and password of HTTP Basic authentication.</summary>
public sealed record BasicCredential(string Username, string Password);

/// <summary>A header that the user told the provider to send.</summary>
public sealed record HeaderCredential(string Name, string Value);

/// <summary>
/// Everything a receiver is configured with for one provider account. Lists hold several values during a rotation: any may match.
/// Each provider names what it needs in <see cref="IProvider.CheckCredentials"/>.
/// </summary>
public sealed record ProviderCredentials
{
    /// <summary>Signing secrets, auth tokens or signing keys.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>Bearer tokens.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = [];

    /// <summary>Base64 of DER SubjectPublicKeyInfo.</summary>
    public IReadOnlyList<string> PublicKeys { get; init; } = [];

    public IReadOnlyList<BasicCredential> Basic { get; init; } = [];

    public IReadOnlyList<HeaderCredential> Headers { get; init; } = [];

    /// <summary>Access tokens that an OAuth client may present (SendGrid Inbound Parse).</summary>
    public IReadOnlyList<string> OAuthTokens { get; init; } = [];

    /// <summary>Addresses or CIDRs that may call.</summary>
    public IReadOnlyList<string> AllowedIps { get; init; } = [];

    /// <summary>SNS topics that may publish; empty allows none unless <see cref="Basic"/> or the secret path stands for them.</summary>
    public IReadOnlyList<string> AllowedTopicArns { get; init; } = [];

    /// <summary>Meta: the token of the GET handshake.</summary>
    public string? VerifyToken { get; init; }

    /// <summary>Vonage: md5hash, md5, sha1, sha256 or sha512.</summary>
    public string? SignatureMethod { get; init; }

    /// <summary>Vonage: the account's API key.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Mandrill: signs the empty batch of its set-up test.</summary>
    public string? EmptyBatchSecret { get; init; }

    /// <summary>Overrides the provider's default age limit, in seconds.</summary>
    public int? MaxAgeSeconds { get; init; }

    /// <summary>The user chose the unguessable path alone, where a provider signs nothing.</summary>
    public bool SecretPathOnly { get; init; }
}
