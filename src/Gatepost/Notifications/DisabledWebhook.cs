using System.Globalization;
using Gatepost.Webhooks;

namespace Gatepost.Notifications;

/// <summary>What a notification tells of a webhook that the system switched off.</summary>
internal sealed record DisabledWebhook
{
    /// <summary>Counting stops here: the exact number of a larger backlog helps nobody.</summary>
    public const int MaxCounted = 10_000;

    public required Guid Id { get; init; }

    public Guid? SurveyId { get; init; }

    public required string Name { get; init; }

    public required string Url { get; init; }

    public int ConsecutiveFailures { get; init; }

    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Deliveries that were due or had a retry left; above <see cref="MaxCounted"/> means more than that.</summary>
    public long Waiting { get; init; }

    public string Title => $"Webhook \"{OneLine(Name)}\" was disabled";

    /// <param name="reason">One of <see cref="DisableReasons"/>.</param>
    /// <param name="lastError">A sentence.</param>
    public string Text(string reason, string lastError, DateTimeOffset now) => string.Join(
        "\n\n",
        $"The webhook \"{OneLine(Name)}\" ({WithoutQuery(Url)}) was disabled at {now.ToText()}, because {Because(reason)}.",
        $"Last error: {OneLine(lastError)}",
        $"{WaitingInWords()} Nothing is thrown away: they are kept as skipped, and so is every new event, until the webhook is active again.",
        $"To turn it back on, correct the receiver or the URL, then send PATCH {Path} with {{\"active\": true}}. "
        + $"Afterwards POST /v1/webhooks/{Id}/recover with {{\"since\": \"{(FailingSince ?? now).ToText()}\"}} sends what was missed.");

    private string Path => SurveyId is { } survey ? $"/v1/surveys/{survey}/webhooks/{Id}" : $"/v1/ticket-webhooks/{Id}";

    private string Because(string reason) => reason == DisableReasons.Gone
        ? "its receiver answered 410 Gone, which says that the URL is gone for good"
        : string.Create(CultureInfo.InvariantCulture, $"{ConsecutiveFailures} attempts in a row failed");

    private string WaitingInWords() => Waiting switch
    {
        0 => "No delivery waits.",
        1 => "1 delivery waits.",
        > MaxCounted => string.Create(CultureInfo.InvariantCulture, $"More than {MaxCounted:N0} deliveries wait."),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Waiting:N0} deliveries wait."),
    };

    // Names come from customers: none may end the line and begin a paragraph, or a mail header, of its own.
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));

    // Queries hold tokens, and mail is read by many eyes.
    private static string WithoutQuery(string url) => url.Split('?', 2)[0];
}
