using System.Text.RegularExpressions;

namespace Gatepost.Providers.Ses;

/// <summary>The parts of <c>arn:aws:sns:region:account:name</c> that matter here.</summary>
internal static partial class TopicArn
{
    /// <returns>Null when it is no topic's ARN.</returns>
    public static string? Region(string arn) => Form().Match(arn) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"\Aarn:aws(?:-[a-z]+)*:sns:([a-z]{2}[a-z0-9-]{1,30}):[0-9]{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
