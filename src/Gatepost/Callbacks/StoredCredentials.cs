using Gatepost.Providers;

namespace Gatepost.Callbacks;

/// <summary>What is sealed for a provider account.</summary>
/// <param name="CertificatePem">SES: the signing certificate itself, for networks that cannot download it.</param>
internal sealed record StoredCredentials(ProviderCredentials Credentials, string? CertificatePem = null);
