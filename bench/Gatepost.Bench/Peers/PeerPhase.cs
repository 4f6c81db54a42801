namespace Gatepost.Bench.Peers;

/// <summary>One measured stretch of one engine.</summary>
/// <param name="PerSecond">Over publishing and the rest of delivering together.</param>
/// <param name="ProcessMicros">CPU of the engine's process per delivery.</param>
/// <param name="PostgresMicros">CPU of the database per delivery.</param>
internal sealed record PeerPhase(double PerSecond, double ProcessMicros, double PostgresMicros, int Acked, long Delivered, long Lost, long Duplicates)
{
    public double CpuMicros => ProcessMicros + PostgresMicros;

    public override string ToString() => $"{PerSecond:n0}/s, {ProcessMicros:n0} + {PostgresMicros:n0} us";
}
