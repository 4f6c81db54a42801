using MimeKit;

namespace Gatepost.Providers.Mail.Reports;

/// <summary>What all reports (RFC 6522) have in common.</summary>
internal static class ReportPart
{
    /// <summary>No honest report has more fields than this.</summary>
    private const int MostBytes = 1024 * 1024;

    /// <returns>The part's groups of fields; empty when they cannot be read, or not without filling the memory.</returns>
    public static IReadOnlyList<HeaderList> Fields(MimeEntity? part)
    {
        if (part is not MimePart { Content.Stream: { } stream } || stream.Length > MostBytes)
            return [];
        try
        {
            return part switch
            {
                MessageDeliveryStatus status => [.. status.StatusGroups],
                MessageDispositionNotification notification => [notification.Fields],
                MessageFeedbackReport report => [report.Fields],
                _ => [],
            };
        }
        catch (FormatException)
        {
            return [];
        }
    }

    /// <returns>The Message-ID in the returned message or in its returned headers; null when neither is there.</returns>
    public static string? OriginalId(Multipart report) => report.OfType<MessagePart>().Select(p => p.Message?.MessageId).FirstOrDefault(id => !string.IsNullOrEmpty(id));

    /// <summary>Without its kind (<c>rfc822;</c>) and brackets.</summary>
    public static string? Address(string? value)
    {
        if (value is null)
            return null;
        var bare = value[(value.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim().Trim('<', '>');
        return bare.Length == 0 ? null : MailText.Clean(bare);
    }

    public static string? Id(string? value) => value?.Trim().Trim('<', '>') is { Length: > 0 } id ? id : null;
}
