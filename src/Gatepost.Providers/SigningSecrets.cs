namespace Gatepost.Providers;

/// <summary>An empty secret signs nothing: anybody could sign with it.</summary>
internal static class SigningSecrets
{
    public static IEnumerable<string> Usable(IReadOnlyList<string> secrets) => secrets.Where(secret => !string.IsNullOrWhiteSpace(secret));

    /// <param name="where">What it is and where at the provider to find it, as a sentence.</param>
    public static IEnumerable<CredentialFault> Faults(string key, IReadOnlyList<string> secrets, string where)
    {
        if (secrets.Count == 0)
            yield return new CredentialFault(key, $"is missing. {where}");
        for (var i = 0; i < secrets.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(secrets[i]))
                yield return new CredentialFault($"{key}[{i}]", $"is empty. {where}");
        }
    }
}
