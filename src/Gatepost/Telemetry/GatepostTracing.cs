using System.Diagnostics;

namespace Gatepost.Telemetry;

/// <summary>The one source of spans; free when nobody listens.</summary>
internal static class GatepostTracing
{
    public static ActivitySource Source { get; } = new("Gatepost");
}
