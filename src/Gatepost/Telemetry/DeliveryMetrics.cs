using System.Diagnostics.Metrics;
using Gatepost.Deliveries;

namespace Gatepost.Telemetry;

/// <summary>Attempts as numbers. Labels never hold customer data.</summary>
internal static class DeliveryMetrics
{
    private static readonly Counter<long> Attempts =
        GatepostMeter.Instance.CreateCounter<long>("gatepost.delivery.attempts", "{attempt}", "Attempts by outcome.");

    private static readonly Histogram<double> AttemptSeconds = GatepostMeter.Instance.CreateHistogram(
        "gatepost.delivery.attempt.duration", "s", "From the start of an attempt to its end.", advice: Buckets);

    private static readonly Histogram<double> LatenessSeconds = GatepostMeter.Instance.CreateHistogram(
        "gatepost.delivery.lateness", "s", "From when an automatic attempt was due to its start.", advice: Buckets);

    private static readonly KeyValuePair<string, object?>[] OutcomeLabels =
        [.. Enum.GetValues<AttemptOutcome>().Select(o => KeyValuePair.Create("outcome", (object?)o.ToCode()))];

    private static readonly KeyValuePair<string, object?> First = new("attempt", "first");
    private static readonly KeyValuePair<string, object?> Later = new("attempt", "retry");

    private static InstrumentAdvice<double> Buckets => new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    /// <param name="lateness">Null where a person asked for the attempt: it was never planned.</param>
    public static void Attempted(AttemptResult result, TimeSpan? lateness, bool first)
    {
        var outcome = OutcomeLabels[(int)result.Outcome];
        Attempts.Add(1, outcome);
        AttemptSeconds.Record(result.Duration.TotalSeconds, outcome);
        if (lateness is { } late)
            LatenessSeconds.Record(Math.Max(0, late.TotalSeconds), first ? First : Later);
    }
}
