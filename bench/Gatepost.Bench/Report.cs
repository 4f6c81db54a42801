using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gatepost.Bench;

/// <summary>The figures of one scenario, in the order in which they are to be read.</summary>
internal sealed class Report(string scenario, BenchOptions options)
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, object?> values = new()
    {
        ["scenario"] = scenario,
        ["storage"] = options.Storage,
        ["cores"] = Environment.ProcessorCount,
    };

    public object? this[string key]
    {
        get => values[key];
        set => values[key] = Round(value);
    }

    public void Write(TextWriter output, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(values, OneLine));
            return;
        }

        var width = values.Keys.Max(k => k.Length);
        foreach (var (key, value) in values)
            output.WriteLine($"{key.PadRight(width)}  {(value is string s ? s : JsonSerializer.Serialize(value, OneLine))}");
    }

    /// <summary>Talk for the person who waits; standard output holds only the result.</summary>
    public static void Say(string line) => Console.Error.WriteLine(line);

    private static object? Round(object? value) => value switch
    {
        double d when double.IsNaN(d) || double.IsInfinity(d) => null,
        double d => Math.Round(d, Math.Abs(d) < 100 ? 3 : 0),
        IReadOnlyDictionary<string, object?> nested => nested.ToDictionary(p => p.Key, p => Round(p.Value)),
        IEnumerable<IReadOnlyDictionary<string, object?>> rows => rows.Select(Round).ToArray(),
        IEnumerable<double> list => list.Select(d => Round(d)).ToArray(),
        _ => value,
    };
}
