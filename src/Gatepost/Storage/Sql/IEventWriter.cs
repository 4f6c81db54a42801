using Gatepost.Events;

namespace Gatepost.Storage.Sql;

/// <summary>
/// Appends an event and one delivery per subscribed webhook to the open transaction. Every change of the platform's
/// facts that raises events calls this in its own transaction, so both are durable together or not at all.
/// </summary>
internal interface IEventWriter
{
    /// <returns>How many deliveries were made (active and skipped), or null when the organization already has this event id.</returns>
    int? Append(WriteSession session, WebhookEvent e);
}
