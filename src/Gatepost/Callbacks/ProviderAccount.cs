using Gatepost.Organizations;

namespace Gatepost.Callbacks;

/// <summary>One set of a provider's credentials and the secret path that its callbacks come to, as its owner may see it.</summary>
internal sealed record ProviderAccount
{
    public required Guid Id { get; init; }

    /// <summary>The type, such as <c>twilio</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>1-200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>At least 128 random bits, in the callback URLs. Null where no configured master key opens it; it still counts.</summary>
    public required string? Token { get; init; }

    /// <summary>The URL exactly as it was typed at the provider; null follows from the instance's public address.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Null where no configured master key opens them.</summary>
    public required StoredCredentials? Credentials { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>What receiving needs to know of an account.</summary>
internal sealed record CallbackAccount
{
    private PinnedCertificate? certificate;

    public required long Seq { get; init; }

    public required Guid Id { get; init; }

    public required OrganizationRef Organization { get; init; }

    public required string Provider { get; init; }

    public string? PublicUrl { get; init; }

    /// <summary>Null where no configured master key opens them: then nothing can be verified.</summary>
    public required StoredCredentials? Credentials { get; init; }

    /// <summary>Null when signing certificates are to be downloaded.</summary>
    public PinnedCertificate? Certificate => Credentials?.CertificatePem is { } pem ? certificate ??= new PinnedCertificate(pem) : null;
}
