using System.Text.Json;

namespace Gatepost.Callbacks;

/// <summary>What a client sent to create or change a provider account, not yet checked. An absent member keeps what is there.</summary>
internal sealed record ProviderAccountInput
{
    /// <summary>Of a new account only.</summary>
    public Optional<string> Provider { get; init; }

    public Optional<string> Name { get; init; }

    /// <summary>Write-only, replaced as a whole: secrets, tokens, publicKey, verifyToken, basic, header, oauth, signatureMethod, apiKey, emptyBatchSecret, certificatePem, as the provider needs them.</summary>
    public Optional<JsonElement> Credentials { get; init; }

    /// <summary>The URL exactly as it was typed at the provider.</summary>
    public Optional<string> PublicUrl { get; init; }

    public Optional<IReadOnlyList<string?>> AllowedTopicArns { get; init; }

    /// <summary>Addresses or CIDRs.</summary>
    public Optional<IReadOnlyList<string?>> AllowedIps { get; init; }

    /// <summary>The user chose the unguessable path alone, where a provider signs nothing.</summary>
    public Optional<bool?> SecretPathOnly { get; init; }

    public Optional<int?> MaxAgeSeconds { get; init; }
}
