using Gatepost.Providers;

namespace Gatepost.Callbacks;

/// <summary>What is sealed for a provider account.</summary>
/// <param name="CertificatePem">SES: the signing certificate itself, for networks that cannot download it.</param>
/// <param name="UrlUserInfo">The <c>user:password</c> of the account's public URL.</param>
internal sealed record StoredCredentials(ProviderCredentials Credentials, string? CertificatePem = null, string? UrlUserInfo = null);
