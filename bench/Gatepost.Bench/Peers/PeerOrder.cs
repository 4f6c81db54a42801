namespace Gatepost.Bench.Peers;

/// <summary>One stretch of publishing that a peer's process is told to do, as one line of JSON.</summary>
/// <param name="Url">Where each event is posted.</param>
/// <param name="Secret">Of the signature.</param>
/// <param name="Tag">Of the ledger that the receiver enters the events in.</param>
/// <param name="Body">What is posted; only its event id changes.</param>
/// <param name="Seconds">Of publishing; delivering the rest comes after.</param>
/// <param name="Clients">Publishers at once.</param>
/// <param name="Backlog">Publishers wait while this many events are undelivered.</param>
/// <param name="PatienceSeconds">For the rest, after publishing.</param>
internal sealed record PeerOrder(Uri Url, string Secret, int Tag, byte[] Body, double Seconds, int Clients, int Backlog, double PatienceSeconds);
