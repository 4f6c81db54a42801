namespace Gatepost.Tickets;

/// <summary>The rules of each member of a ticket, all faults at once.</summary>
internal static class TicketRules
{
    public const int MaxSubject = 500;
    private const int MaxDescription = 100_000;
    private const int MaxTags = 50;
    private const int MaxTag = 100;

    /// <param name="isNew">A new ticket needs a subject and a requester; a change needs nothing.</param>
    public static void Check(TicketInput input, bool isNew, FaultList faults)
    {
        if (isNew || input.Subject.IsGiven)
            faults.CheckLength("subject", input.Subject.Value, 1, MaxSubject);
        faults.CheckLength("description", input.Description.Value, 0, MaxDescription, required: false);
        if ((isNew || input.Requester.IsGiven) && input.Requester.Value is null)
            faults.Add("requester", "required", "requester is required: an object with name, email or phone.");
        input.Requester.Value?.Check("requester", faults);
        if (input.Priority.IsGiven && !TicketPriorities.TryParse(input.Priority.Value, out _))
            faults.Add("priority", "unknown_priority", $"priority must be one of {TicketPriorities.AllNames}.");
        if (input.Status.IsGiven && !TicketStatuses.TryParse(input.Status.Value, out _))
            faults.Add("status", "unknown_status", $"status must be one of {TicketStatuses.AllNames}.");
        if (input.Tags.Value is { } tags)
            CheckTags(tags, faults);
        if (input.CustomFields.Value is { } fields)
            CustomFields.Check(fields, faults);
        if (input.AssigneeId.Value is { } assignee && !Guid.TryParseExact(assignee, "D", out _))
            faults.Add("assigneeId", "invalid_uuid", "assigneeId must be a UUID, such as 0190a5c8-7e8f-7c2e-9d3b-2f6f3f3f3f3f.");
    }

    private static void CheckTags(IReadOnlyList<string?> tags, FaultList faults)
    {
        if (tags.Count > MaxTags)
            faults.Add("tags", "too_many", $"tags may have at most {MaxTags} entries; it has {tags.Count}.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, tag) in tags.Take(MaxTags).Index())
        {
            faults.CheckLength($"tags[{i}]", tag, 1, MaxTag);
            if (tag is not null && !seen.Add(tag))
                faults.Add($"tags[{i}]", "duplicate", $"The tag {tag} is named twice; name each tag once.");
        }
    }
}
