namespace Gatepost.Providers;

/// <summary>What every provider asks of its credentials.</summary>
internal static class CredentialChecks
{
    /// <summary>At least one, and none of them blank.</summary>
    public static IEnumerable<CredentialFault> NonBlank(IReadOnlyList<string> values, string key, string whatAndWhere)
    {
        if (values.Count == 0)
            yield return new CredentialFault(key, whatAndWhere);
        for (var i = 0; i < values.Count; i++)
        {
            // A pasted blank at either end would fail every signature without a word.
            if (string.IsNullOrWhiteSpace(values[i]) || values[i].Trim() != values[i])
                yield return new CredentialFault($"{key}[{i}]", $"It is blank or has blanks around it. {whatAndWhere}");
        }
    }
}
