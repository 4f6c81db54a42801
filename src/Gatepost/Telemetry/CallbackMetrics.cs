using System.Diagnostics.Metrics;
using Gatepost.Callbacks;

namespace Gatepost.Telemetry;

/// <summary>Callbacks as numbers, by the type of their account. Labels never hold customer data.</summary>
internal static class CallbackMetrics
{
    private static readonly Counter<long> Requests =
        GatepostMeter.Instance.CreateCounter<long>("gatepost.callback.requests", "{request}", "Callbacks by how they were answered.");

    private static readonly Histogram<double> AnswerSeconds = GatepostMeter.Instance.CreateHistogram(
        "gatepost.callback.answer.duration", "s", "From a callback's headers to the end of its answer.", advice: Buckets);

    private static readonly Counter<long> Processed =
        GatepostMeter.Instance.CreateCounter<long>("gatepost.callback.processed", "{callback}", "What came of callbacks after their answer.");

    private static InstrumentAdvice<double> Buckets => new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    public static void Answered(string provider, CallbackAnswered result, TimeSpan took)
    {
        var label = Provider(provider);
        Requests.Add(1, label, new("result", Name(result)));
        AnswerSeconds.Record(took.TotalSeconds, label);
    }

    public static void Ended(string provider, CallbackStatus status) => Processed.Add(1, Provider(provider), new("result", status.Name()));

    /// <summary>Processing failed and is tried again.</summary>
    public static void Postponed(string provider) => Processed.Add(1, Provider(provider), new("result", "postponed"));

    private static KeyValuePair<string, object?> Provider(string provider) => new("provider", provider);

    private static string Name(CallbackAnswered result) => result switch
    {
        CallbackAnswered.Accepted => "accepted",
        CallbackAnswered.Duplicate => "duplicate",
        CallbackAnswered.Handshake => "handshake",
        CallbackAnswered.Refused => "refused",
        _ => "unavailable",
    };
}

/// <summary>How a callback was answered.</summary>
internal enum CallbackAnswered
{
    /// <summary>By an error of ours: no database, no master key, or the connection is gone.</summary>
    Unavailable,

    Accepted,

    /// <summary>It counts once.</summary>
    Duplicate,

    /// <summary>A challenge; nothing is stored.</summary>
    Handshake,

    Refused,
}
