namespace Gatepost.Providers.AspNetCore;

/// <summary>Whose callback a request is.</summary>
/// <param name="Credentials">What the provider's account is configured with.</param>
/// <param name="PublicUrl">The URL exactly as typed at the provider: several providers sign it. Never make it from the <c>Host</c> header, which anybody can forge.</param>
public sealed record ProviderCallbackAccount(ProviderCredentials Credentials, string PublicUrl);
