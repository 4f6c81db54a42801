namespace Gatepost.Deliveries;

/// <summary>A stored bulk job that runs a snapshot of deliveries again.</summary>
internal sealed record Replay
{
    public required Guid Id { get; init; }

    public required Guid WebhookId { get; init; }

    /// <summary>running, completed or canceled.</summary>
    public required string Status { get; init; }

    /// <summary>Deliveries in the snapshot.</summary>
    public required int Total { get; init; }

    /// <summary>Those whose run ended, either way.</summary>
    public int Done => Succeeded + Failed;

    public required int Succeeded { get; init; }

    public required int Failed { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }
}

/// <summary>Which deliveries to recover, by when their event was created.</summary>
/// <param name="Until">Exclusive.</param>
/// <param name="Failed">Those that failed.</param>
/// <param name="Skipped">Those that were skipped.</param>
internal sealed record ReplaySelection(DateTimeOffset Since, DateTimeOffset Until, bool Failed, bool Skipped);
