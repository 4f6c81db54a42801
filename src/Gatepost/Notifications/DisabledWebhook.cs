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

    /// <summary>The organization's name.</summary>
    public required string Organization { get; init; }

    /// <summary>Deliveries that wait, and those that failed since the last success; above <see cref="MaxCounted"/> means more than that.</summary>
    public long Missed { get; init; }

    /// <summary>When the oldest of them was made: recovering from here misses none.</summary>
    public DateTimeOffset? MissedSince { get; init; }

    public string Title => $"Webhook \"{OneLine(Name)}\" was disabled";

    /// <param name="reason">One of <see cref="DisableReasons"/>.</param>
    /// <param name="lastError">A sentence.</param>
    public string Text(string reason, string lastError, DateTimeOffset now, PublicAddress address) => string.Join(
        "\n\n",
        $"The webhook \"{OneLine(Name)}\" ({WithoutQuery(Url)}) of the organization \"{OneLine(Organization)}\" was disabled at {now.ToText()}, because {Because(reason)}.",
        $"Last error: {OneLine(lastError)}",
        $"{MissedInWords()} Every new event is kept as a skipped delivery until the webhook is active again.",
        $$"""
        To turn it back on:
        1. Correct the receiver or the URL. POST {{address.Link($"/v1/webhooks/{Id}/test")}} shows whether it works.
        2. PATCH {{address.Link(Path)}} with {"active": true}.
        3. POST {{address.Link($"/v1/webhooks/{Id}/recover")}} with {"since": "{{(MissedSince ?? now).ToText()}}"} sends what was missed.
        """);

    private string Path => SurveyId is { } survey ? $"/v1/surveys/{survey}/webhooks/{Id}" : $"/v1/ticket-webhooks/{Id}";

    private string Because(string reason) => reason == DisableReasons.Gone
        ? "its receiver answered 410 Gone, which says that the URL is gone for good"
        : string.Create(CultureInfo.InvariantCulture, $"{ConsecutiveFailures} attempts in a row failed");

    private string MissedInWords() => Missed switch
    {
        0 => "No delivery is missing so far.",
        1 => "1 delivery has not arrived; it is kept.",
        > MaxCounted => string.Create(CultureInfo.InvariantCulture, $"More than {MaxCounted:N0} deliveries have not arrived; they are kept."),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Missed:N0} deliveries have not arrived; they are kept."),
    };

    // Names come from customers: none may end the line and begin a paragraph, or a mail header, of its own.
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));

    // Queries hold tokens, and mail is read by many eyes.
    private static string WithoutQuery(string url) => url.Split('?', 2)[0];
}
