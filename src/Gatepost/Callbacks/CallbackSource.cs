using Gatepost.Organizations;

namespace Gatepost.Callbacks;

/// <summary>Where a callback event came from.</summary>
/// <param name="AccountSeq">The provider account.</param>
/// <param name="Provider">Its type, such as <c>twilio</c>.</param>
/// <param name="CallbackSeq">The request in the inbox.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="Released">A person has looked at it and let it through: quarantine does not hold it again.</param>
/// <param name="Held">It was in quarantine: that it was seen before does not mean that it was applied.</param>
internal sealed record CallbackSource(
    OrganizationRef Organization, long AccountSeq, string Provider, long CallbackSeq, DateTimeOffset ReceivedAt, bool Released, bool Held = false);

/// <summary>What an event became: shown in the inbox.</summary>
/// <param name="Kind">status, waiting, ticket_created, message_added, quarantined, ignored, duplicate, preference.</param>
/// <param name="Detail">A sentence for the operator; null when the kind says it all.</param>
internal sealed record CallbackEffect(string Kind, Guid? MessageId = null, Guid? TicketId = null, string? Detail = null);
