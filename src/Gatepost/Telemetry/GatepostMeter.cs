using System.Diagnostics.Metrics;

namespace Gatepost.Telemetry;

/// <summary>The one meter of the product; instruments live beside what they measure.</summary>
internal static class GatepostMeter
{
    public const string Name = "Gatepost";

    public static Meter Instance { get; } = new(Name);
}
