namespace Gatepost.Tickets;

/// <summary>What a client sends to add a message.</summary>
/// <remarks>Not yet checked.</remarks>
internal sealed record MessageInput
{
    public const int MaxBody = 100_000;
    public const int MaxBodyHtml = 500_000;
    private const int MaxChannel = 50;

    public string? Body { get; init; }

    public string? BodyHtml { get; init; }

    public string? Direction { get; init; }

    public string? Channel { get; init; }

    public Contact? Author { get; init; }

    /// <summary>All faults at once.</summary>
    public void Check(FaultList faults)
    {
        faults.CheckLength("body", Body, 1, MaxBody);
        faults.CheckLength("bodyHtml", BodyHtml, 0, MaxBodyHtml, required: false);
        if (Direction is null)
            faults.Add("direction", "required", $"direction is required: one of {MessageDirections.AllNames}.");
        else if (!MessageDirections.TryParse(Direction, out _))
            faults.Add("direction", "unknown_direction", $"direction must be one of {MessageDirections.AllNames}.");
        faults.CheckLength("channel", Channel, 1, MaxChannel, required: false);
        Author?.Check("author", faults);
    }

    /// <summary>Only after <see cref="Check"/> found nothing.</summary>
    public TicketMessage ToMessage(Guid ticketId, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        TicketId = ticketId,
        Direction = MessageDirections.Parse(Direction!),
        Channel = Channel,
        Author = Author,
        Body = Body!,
        BodyHtml = BodyHtml,
        CreatedAt = now,
    };
}
