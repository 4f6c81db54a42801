namespace Gatepost.Bench;

/// <summary>What the command line asked for; null means the scenario's own default.</summary>
internal sealed record BenchOptions
{
    /// <summary>The storage provider that the server is told to use.</summary>
    public required string Storage { get; init; }

    public string? ConnectionString { get; init; }

    /// <summary>Length of one measured phase.</summary>
    public double? Seconds { get; init; }

    public bool Json { get; init; }

    /// <summary>The server's executable; published when absent.</summary>
    public string? Server { get; init; }

    /// <summary>Another server's executable, to compare with.</summary>
    public string? Against { get; init; }

    /// <summary>Where the server's data directory is made: it should be on the disk that is to be measured.</summary>
    public string? Data { get; init; }

    /// <summary>Where the servers' logs are copied at the end; else they go with their folders.</summary>
    public string? Logs { get; init; }

    public int? Rounds { get; init; }

    /// <summary>That take each event.</summary>
    public int Webhooks { get; init; } = 1;

    public int? Kills { get; init; }

    public int? Faults { get; init; }

    public long? Rows { get; init; }

    public int? Deliveries { get; init; }

    /// <summary>Makes the moments of the kills repeatable.</summary>
    public int Seed { get; init; }
}
