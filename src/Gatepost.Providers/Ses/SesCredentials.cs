namespace Gatepost.Providers.Ses;

/// <summary>What an account of SES needs: no secret, but the topics that are ours.</summary>
internal static class SesCredentials
{
    private const string Where = "The ARN of the SNS topic that SES publishes to (SNS console, Topics), such as arn:aws:sns:eu-central-1:123456789012:ses-events.";

    public static IReadOnlyList<CredentialFault> Check(ProviderCredentials credentials)
    {
        var faults = new List<CredentialFault>();
        var topics = credentials.AllowedTopicArns;
        if (topics.Count == 0 && credentials.Basic.Count == 0 && !credentials.SecretPathOnly)
            faults.Add(new CredentialFault("allowedTopicArns", $"is missing. {Where} Without it any AWS customer could send."));
        for (var i = 0; i < topics.Count; i++)
        {
            if (TopicArn.Region(topics[i]) is null)
                faults.Add(new CredentialFault($"allowedTopicArns[{i}]", $"is no topic's ARN. {Where}"));
        }

        for (var i = 0; i < credentials.Basic.Count; i++)
        {
            if (credentials.Basic[i] is not { Username.Length: > 0, Password.Length: > 0 } pair || pair.Username.Contains(':', StringComparison.Ordinal))
                faults.Add(new CredentialFault($"basic[{i}]", "must be the user name (without a colon) and the password as they stand in the URL of the SNS subscription."));
        }

        if (credentials.MaxAgeSeconds is <= 0)
            faults.Add(new CredentialFault("maxAgeSeconds", "must be positive; SNS repeats for up to an hour."));
        return faults;
    }
}
