using Gatepost.Events;

namespace Gatepost.Tickets;

/// <summary>What a clock has to say.</summary>
/// <param name="Type"><see cref="EventType.TicketSlaWarning"/> or <see cref="EventType.TicketSlaBreached"/>.</param>
/// <param name="DueAt">When the target is breached, as seen at the signal.</param>
internal sealed record SlaSignal(EventType Type, SlaTarget Target, DateTimeOffset DueAt);
