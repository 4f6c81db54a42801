namespace Gatepost.Providers;

/// <summary>A missing or malformed credential.</summary>
/// <param name="Key">The member of the account's credentials, such as <c>secrets[0]</c>.</param>
/// <param name="Message">What it must be, and where at the provider to find it.</param>
public sealed record CredentialFault(string Key, string Message);

/// <summary>One provider's rules: verify and parse. Stateless; mappings are tables.</summary>
public interface IProvider
{
    /// <summary>The account type, such as <c>twilio</c>.</summary>
    string Name { get; }

    /// <summary>The routes it serves, such as <c>twilio/sms</c>.</summary>
    IReadOnlyList<string> Routes { get; }

    /// <summary>The most bytes a request may have.</summary>
    int MaxBodyBytes { get; }

    /// <returns>Every credential that is missing or malformed; empty when requests can be verified.</returns>
    IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials);

    /// <summary>Whether the request is the provider's. Without the credentials everything is refused.</summary>
    ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation);

    /// <summary>Reads a verified request.</summary>
    /// <exception cref="CallbackFormatException">It is not in a form that we know.</exception>
    ParsedCallback Parse(CallbackRequest request);
}
