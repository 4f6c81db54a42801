namespace Gatepost.Bench.Peers;

/// <summary>What a peer's process is told first, as one line of JSON; it answers with the port where it takes events.</summary>
/// <param name="Url">Of its only webhook.</param>
/// <param name="Secret">Of the webhook's signature.</param>
/// <param name="KeyHash">SHA-256 of the only key that may publish.</param>
internal sealed record PeerSetup(Uri Url, string Secret, byte[] KeyHash);
