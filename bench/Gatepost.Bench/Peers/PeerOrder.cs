namespace Gatepost.Bench.Peers;

/// <summary>
/// One stretch of publishing that a peer does within its own process, told as one line of JSON; it answers with the number of
/// events that were durable when the publisher's call returned.
/// </summary>
/// <param name="Tag">Of the ledger that the receiver enters the events in.</param>
/// <param name="Body">What is posted; only its event id changes.</param>
/// <param name="Seconds">Of publishing; delivering the rest comes after.</param>
/// <param name="Clients">Publishers at once.</param>
/// <param name="Backlog">Publishers wait while this many events are undelivered.</param>
internal sealed record PeerOrder(int Tag, byte[] Body, double Seconds, int Clients, int Backlog);
