using System.Diagnostics.Metrics;

namespace Gatepost.Telemetry;

/// <summary>What the store does, as numbers.</summary>
internal static class StorageMetrics
{
    private static readonly Histogram<int> BatchSize =
        GatepostMeter.Instance.CreateHistogram<int>("gatepost.storage.commit.batch_size", "{write}", "Writes that one commit made durable together.");

    private static readonly Histogram<double> CommitSeconds =
        GatepostMeter.Instance.CreateHistogram("gatepost.storage.commit.duration", "s", "Time to run and commit one group of writes.", advice: Buckets);

    // Without advice the exporter's buckets begin at 5, which is meant for milliseconds.
    private static InstrumentAdvice<double> Buckets => new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    public static void Committed(int writes, TimeSpan took)
    {
        BatchSize.Record(writes);
        CommitSeconds.Record(took.TotalSeconds);
    }
}
