using Gatepost.Events;

namespace Gatepost.Webhooks;

/// <summary>Applies what a client sent to what is there. Pure: the store may run it again.</summary>
/// <param name="Input">Checked by <see cref="WebhookRules"/>.</param>
/// <param name="Url">The guard's form of <see cref="WebhookInput.Url"/>; null where none was given or it was refused.</param>
/// <param name="Known">The faults found so far; the answer names those of the merged headers beside them.</param>
internal sealed record WebhookEdit(WebhookInput Input, string? Url, FaultList Known, DateTimeOffset Now)
{
    /// <summary>A webhook before its first edit.</summary>
    public static StoredWebhook Blank(Guid id, WebhookScope scope, DateTimeOffset now) => new(
        new Webhook
        {
            Id = id,
            SurveyId = scope.SurveyId,
            Name = "",
            Url = "",
            Events = scope.SurveyId is null ? [] : [EventType.SurveyResponseCompleted],
            CreatedAt = now,
            UpdatedAt = now,
        },
        () => CustomHeaders.None);

    public Result<WebhookChange> Apply(StoredWebhook present)
    {
        var faults = new FaultList(Known);
        var headers = MergeHeaders(present, out var unreadable);
        if (headers is not null)
            CustomHeaders.CheckTogether(headers, faults);
        if (faults.Any)
            return faults.ToProblem();
        if (unreadable is not null)
            return unreadable;
        var after = WithMembers(present.Webhook) with { UpdatedAt = Now };
        if (headers is not null)
            after = after with { HeaderNames = [.. headers.Select(h => h.Key)] };
        return new WebhookChange { After = Input.Active.Value == true ? Activated(after) : after, Secret = Input.Secret, Headers = headers };
    }

    private Webhook WithMembers(Webhook present) => present with
    {
        Name = Input.Name.Or(present.Name)!,
        Url = Url ?? present.Url,
        Events = Input.Events is { IsGiven: true, Value: { } events } ? [.. events.Select(Parse)] : present.Events,
        HasSecret = Input.Secret.IsGiven ? Input.Secret.Value is not null : present.HasSecret,
        Active = Input.Active.Value ?? present.Active,
        RetryPolicy = Input.RetryPolicy.Or(present.RetryPolicy),
    };

    // Also when it was active already: saying so again is the way to start counting anew.
    private static Webhook Activated(Webhook webhook) => webhook with
    {
        DisabledReason = null,
        DisabledAt = null,
        ConsecutiveFailures = 0,
        FailingSince = null,
        SkippedSince = 0,
    };

    private List<KeyValuePair<string, string>>? MergeHeaders(StoredWebhook present, out Problem? unreadable)
    {
        unreadable = null;
        if (!Input.Headers.IsGiven)
            return null;
        if (Input.Headers.Value is not { } changes)
            return [];
        // Refused already; merging looks each up in all, and a change is applied while the writer waits.
        if (changes.Count > HeaderRules.MaxNamed)
            return null;
        if (present.OpenHeaders() is { } headers)
            return CustomHeaders.Merge(headers, changes);
        unreadable = Problem.Conflict(
            "headers_unreadable",
            "The stored headers cannot be decrypted with the configured master keys, so nothing can be merged into them. "
            + "Add the key they were sealed with, or send headers: null and then all headers again.");
        return null;
    }

    private static EventType Parse(string? name) =>
        EventTypes.TryParse(name, out var type) ? type : throw new InvalidOperationException($"The event type {name} was not checked.");
}
