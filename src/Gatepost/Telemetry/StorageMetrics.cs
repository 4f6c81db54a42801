using System.Diagnostics.Metrics;

namespace Gatepost.Telemetry;

/// <summary>What the store does, as numbers.</summary>
internal static class StorageMetrics
{
    private static readonly Histogram<int> BatchSize =
        GatepostMeter.Instance.CreateHistogram<int>("gatepost.storage.commit.batch_size", "{write}", "Writes that one commit made durable together.");

    private static readonly Histogram<double> CommitSeconds =
        GatepostMeter.Instance.CreateHistogram<double>("gatepost.storage.commit.duration", "s", "Time to run and commit one group of writes.");

    public static void Committed(int writes, TimeSpan took)
    {
        BatchSize.Record(writes);
        CommitSeconds.Record(took.TotalSeconds);
    }
}
