using Gatepost.Egress;
using Gatepost.Providers;

namespace Gatepost.Callbacks;

/// <summary>Applies what a client sent to what is there, and names every fault: a missing or malformed credential too.</summary>
internal static class ProviderAccountRules
{
    private const int MaxEntries = 200;

    /// <param name="present">Null for a new account.</param>
    public static Result<ProviderAccount> Apply(ProviderAccountInput input, ProviderAccount? present, DateTimeOffset now)
    {
        var faults = new FaultList();
        var provider = present?.Provider ?? input.Provider.Value;
        var providers = ProviderCatalog.All.Where(p => p.Name == provider).ToList();
        CheckProvider(input, present, providers.Count > 0, faults);
        if (present is null || input.Name.IsGiven)
            faults.CheckLength("name", input.Name.Value, 1, 200);
        if (input.PublicUrl.Value is { } url)
            CheckPublicUrl(url, faults);
        var malformed = new FaultList();
        var credentials = ReadCredentials(input, present, malformed);
        if (!malformed.Any && credentials is not null)
            CheckCredentials(providers, credentials, faults);
        if (credentials is not null)
            CheckSettings(credentials.Credentials, faults);
        faults.AddAll(malformed);
        if (faults.Any)
            return faults.ToProblem();
        return new ProviderAccount
        {
            Id = present?.Id ?? Guid.CreateVersion7(now),
            Provider = provider!,
            Name = input.Name.Or(present?.Name)!,
            Token = present is null ? AccountToken.New() : present.Token,
            PublicUrl = UrlPassword.Unmask(input.PublicUrl.Or(present?.PublicUrl), present?.PublicUrl),
            Credentials = credentials,
            CreatedAt = present?.CreatedAt ?? now,
            UpdatedAt = now,
        };
    }

    private static void CheckProvider(ProviderAccountInput input, ProviderAccount? present, bool known, FaultList faults)
    {
        if (present is not null && input.Provider.IsGiven && input.Provider.Value != present.Provider)
            faults.Add("provider", "not_changeable", "The provider of an account cannot be changed; make another account.");
        else if (!known)
            faults.Add("provider", "unknown_provider", $"provider must be one of {string.Join(", ", ProviderCatalog.All.Select(p => p.Name).Distinct().Order())}.");
    }

    private static void CheckPublicUrl(string url, FaultList faults)
    {
        if (!(url.Length <= 2_000 && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            faults.Add("publicUrl", "invalid_url", "publicUrl must be the absolute URL that was typed at the provider, at most 2,000 characters.");
        else if (url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))) // which Uri leaves out: signatures would be checked with it
            faults.Add("publicUrl", "invalid_url", "publicUrl has a blank, a line break or another control character, which no URL has: no signature over it would match. Paste it again without it.");
    }

    /// <returns>Null when they stay as they are because no configured master key opens them.</returns>
    private static StoredCredentials? ReadCredentials(ProviderAccountInput input, ProviderAccount? present, FaultList faults)
    {
        if (present is { Credentials: null } && !input.Credentials.IsGiven)
            return Unreadable(input, faults);
        var stored = present?.Credentials ?? new StoredCredentials(new ProviderCredentials());
        if (input.Credentials.IsGiven)
        {
            // What stands beside the credentials is kept when they are replaced.
            var kept = new ProviderCredentials
            {
                AllowedTopicArns = stored.Credentials.AllowedTopicArns,
                AllowedIps = stored.Credentials.AllowedIps,
                SecretPathOnly = stored.Credentials.SecretPathOnly,
                MaxAgeSeconds = stored.Credentials.MaxAgeSeconds,
            };
            stored = CredentialsReader.Read(input.Credentials.Value, kept, Beside(input), faults);
        }

        return stored with { Credentials = WithSettings(input, stored.Credentials) };
    }

    // What stands beside the credentials is sealed with them.
    private static StoredCredentials? Unreadable(ProviderAccountInput input, FaultList faults)
    {
        if (input.PublicUrl.IsGiven || Beside(input).Any())
            faults.Add("credentials", "credentials_unreadable", "No configured master key opens what is stored: send the credentials anew, with everything that stands beside them.");
        return null;
    }

    private static IEnumerable<string> Beside(ProviderAccountInput input)
    {
        if (input.AllowedTopicArns.IsGiven)
            yield return "allowedTopicArns";
        if (input.AllowedIps.IsGiven)
            yield return "allowedIps";
        if (input.SecretPathOnly.IsGiven)
            yield return "secretPathOnly";
        if (input.MaxAgeSeconds.IsGiven)
            yield return "maxAgeSeconds";
    }

    private static ProviderCredentials WithSettings(ProviderAccountInput input, ProviderCredentials c)
    {
        if (input.AllowedTopicArns.IsGiven)
            c = c with { AllowedTopicArns = Texts(input.AllowedTopicArns.Value) };
        if (input.AllowedIps.IsGiven)
            c = c with { AllowedIps = Texts(input.AllowedIps.Value) };
        if (input.SecretPathOnly.IsGiven)
            c = c with { SecretPathOnly = input.SecretPathOnly.Value ?? false };
        if (input.MaxAgeSeconds.IsGiven)
            c = c with { MaxAgeSeconds = input.MaxAgeSeconds.Value };
        return c;
    }

    private static void CheckSettings(ProviderCredentials c, FaultList faults)
    {
        CheckCount("allowedIps", c.AllowedIps, faults);
        CheckCount("allowedTopicArns", c.AllowedTopicArns, faults);
        foreach (var (i, ip) in c.AllowedIps.Index())
        {
            if (EgressOptions.ParseNetwork(ip) is null)
                faults.Add($"allowedIps[{i}]", "invalid_network", "An entry is an address or a CIDR, such as 192.0.2.0/24.");
        }

        if (c.MaxAgeSeconds is < 1)
            faults.Add("maxAgeSeconds", "out_of_range", "maxAgeSeconds must be above 0.");
    }

    private static void CheckCount(string field, IReadOnlyList<string> values, FaultList faults)
    {
        if (values.Count > MaxEntries)
            faults.Add(field, "too_many", $"{field} may have at most {MaxEntries} entries.");
    }

    // An account type that several providers serve (a mail sender's status and inbound routes) is usable when one of them is.
    private static void CheckCredentials(List<IProvider> providers, StoredCredentials stored, FaultList faults)
    {
        var checks = providers.ConvertAll(p => p.CheckCredentials(stored.Credentials with { MaxAgeSeconds = null }));
        if (providers.Count == 0 || checks.Any(c => c.Count == 0))
            return;
        foreach (var fault in checks[0].Where(fault => !fault.Key.StartsWith("allowedIps[", StringComparison.Ordinal)))
            faults.Add($"credentials.{fault.Key}", "missing_credential", $"{fault.Key}: {fault.Message}");
    }

    // A null is an entry like any other that is no address and no ARN: left out, it would leave a list without the limit that was meant.
    private static List<string> Texts(IReadOnlyList<string?>? given) => [.. (given ?? []).Select(text => text ?? "")];
}
