using Gatepost.Events;

namespace Gatepost.Webhooks;

/// <summary>The rules of product.md for each member, all faults at once. The URL has a guard of its own (Egress).</summary>
internal static class WebhookRules
{
    private const int MaxEvents = 50;
    private const int MaxDelays = 10;
    private const int MaxDelaySeconds = 604_800; // a week

    /// <param name="isNew">A new webhook needs a name, a URL and (ticket scope) events; a change needs nothing.</param>
    public static void Check(WebhookInput input, WebhookScope scope, bool isNew, FaultList faults)
    {
        if (isNew || input.Name.IsGiven)
            faults.CheckLength("name", input.Name.Value, 1, 200);
        if ((isNew || input.Url.IsGiven) && input.Url.Value is null)
            faults.Add("url", "required", "url is required.");
        if (scope.SurveyId is null && (isNew || input.Events.IsGiven))
            CheckEvents(input.Events.Value, faults);
        faults.CheckLength("secret", input.Secret.Value, 16, 500, required: false);
        if (input.Headers.Value is { } headers)
            HeaderRules.Check(headers, isNew, faults);
        if (input.Active is { IsGiven: true, Value: null })
            faults.Add("active", "required", "active must be true or false.");
        if (input.RetryPolicy.Value is { } delays)
            CheckDelays(delays, faults);
    }

    private static void CheckEvents(IReadOnlyList<string?>? events, FaultList faults)
    {
        if (events is null or [])
        {
            faults.Add("events", "required", "events must name at least one event type; GET /v1/event-types lists them.");
            return;
        }

        if (events.Count > MaxEvents)
            faults.Add("events", "too_many", $"events may have at most {MaxEvents} entries; it has {events.Count}.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, name) in events.Take(MaxEvents).Index())
        {
            var known = EventTypes.TryParse(name, out var type);
            if (type == EventType.SurveyResponseCompleted)
                faults.Add($"events[{i}]", "survey_event_type", $"{name} goes to survey webhooks; make one at /v1/surveys/{{id}}/webhooks.");
            else if (!known || !type.IsOfTickets())
                faults.Add($"events[{i}]", "unknown_event_type", "This is no event type of tickets; GET /v1/event-types lists them.");
            else if (!seen.Add(name!))
                faults.Add($"events[{i}]", "duplicate", $"{name} is named twice; name each event type once.");
        }
    }

    private static void CheckDelays(IReadOnlyList<int> delays, FaultList faults)
    {
        if (delays.Count > MaxDelays)
            faults.Add("retryPolicy", "too_many", $"retryPolicy may have at most {MaxDelays} delays; it has {delays.Count}.");
        foreach (var (i, seconds) in delays.Take(MaxDelays).Index())
        {
            if (seconds is < 1 or > MaxDelaySeconds)
                faults.Add($"retryPolicy[{i}]", "out_of_range", $"A delay is 1 to {MaxDelaySeconds} seconds.");
        }
    }
}
