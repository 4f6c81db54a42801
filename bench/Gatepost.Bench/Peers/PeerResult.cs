namespace Gatepost.Bench.Peers;

/// <summary>What came of an order, as the peer's process saw it.</summary>
/// <param name="Acked">Events that were durable when the publisher's call returned.</param>
/// <param name="Delivered">Answered with 2xx.</param>
/// <param name="Failed">Attempts that were answered otherwise or not at all.</param>
/// <param name="CpuSeconds">Of the process, over publishing, delivering and what is written down after it.</param>
/// <param name="Seconds">Until the last delivery was answered.</param>
internal sealed record PeerResult(int Acked, int Delivered, int Failed, double CpuSeconds, double Seconds);
