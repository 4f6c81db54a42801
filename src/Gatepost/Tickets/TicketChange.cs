using Gatepost.Events;

namespace Gatepost.Tickets;

/// <summary>What a client's input makes of a ticket, and the events that this raises. Pure: the store may run it again.</summary>
/// <param name="After">The very same ticket when nothing changed; then there are no events.</param>
internal sealed record TicketChange(Ticket After, IReadOnlyList<TicketEvent> Events)
{
    /// <param name="input">Checked by <see cref="TicketRules"/> as new.</param>
    /// <returns>Without a number: the store gives it.</returns>
    public static Ticket New(TicketInput input, DateTimeOffset now) => Apply(
        new Ticket { Id = Guid.CreateVersion7(now), Subject = "", Requester = new Contact(), CreatedAt = now, UpdatedAt = now }, input);

    /// <param name="input">Checked by <see cref="TicketRules"/> as a change.</param>
    public static TicketChange Of(Ticket present, TicketInput input, DateTimeOffset now)
    {
        var after = Apply(present, input) with { UpdatedAt = now };
        var types = Types(present, after).ToList();
        return types.Count == 0
            ? new TicketChange(present, [])
            : new TicketChange(after, [.. types.Select(type => new TicketEvent(type, after) { Before = present })]);
    }

    private static Ticket Apply(Ticket present, TicketInput input) => present with
    {
        Subject = input.Subject.Or(present.Subject)!,
        Description = input.Description.Or(present.Description),
        Requester = input.Requester.Or(present.Requester)!,
        Priority = input.Priority.Value is { } priority ? TicketPriorities.Parse(priority) : present.Priority,
        Status = input.Status.Value is { } status ? TicketStatuses.Parse(status) : present.Status,
        Tags = input.Tags.IsGiven ? [.. (input.Tags.Value ?? []).Select(tag => tag!)] : present.Tags,
        CustomFields = input.CustomFields.IsGiven ? CustomFields.Of(input.CustomFields.Value) : present.CustomFields,
        AssigneeId = !input.AssigneeId.IsGiven ? present.AssigneeId : input.AssigneeId.Value is { } id ? Guid.ParseExact(id, "D") : null,
    };

    private static IEnumerable<EventType> Types(Ticket before, Ticket after)
    {
        if (!TicketDetail.AreSame(before, after))
            yield return EventType.TicketUpdated;
        if (before.Status != after.Status)
        {
            yield return EventType.TicketStatusChanged;
            if (after.Status == TicketStatus.Resolved)
                yield return EventType.TicketResolved;
            if (after.Status == TicketStatus.Closed)
                yield return EventType.TicketClosed;
        }

        if (before.AssigneeId != after.AssigneeId)
            yield return EventType.TicketAssigned;
    }
}
