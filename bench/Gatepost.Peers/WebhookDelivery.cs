namespace Gatepost.Peers;

/// <summary>What a queued delivery carries: enough to post it after a restart.</summary>
/// <param name="Id">The same on every attempt.</param>
public sealed record WebhookDelivery(Guid Id, Uri Url, byte[] Body);
