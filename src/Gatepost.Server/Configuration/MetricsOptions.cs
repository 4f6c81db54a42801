namespace Gatepost.Server.Configuration;

internal sealed class MetricsOptions
{
    public const string SectionName = "Metrics";

    /// <summary>Address and port that serves <c>/metrics</c> alone, such as <c>http://127.0.0.1:9464</c>; empty serves it beside the API.</summary>
    public string? Listen { get; set; }

    public IEnumerable<string> Faults()
    {
        if (Listen is { Length: > 0 } && !(Uri.TryCreate(Listen, UriKind.Absolute, out var uri) && uri.Scheme == "http" && uri.Port > 0))
            yield return $"Gatepost__Metrics__Listen '{Listen}' must be like http://127.0.0.1:9464.";
    }
}
