namespace Gatepost.Webhooks;

/// <summary>What a client sends to create or change a webhook. An absent member keeps what is there, or its default.</summary>
/// <remarks>Not yet checked.</remarks>
internal sealed record WebhookInput
{
    public Optional<string> Name { get; init; }

    public Optional<string> Url { get; init; }

    /// <summary>Ticket scope only.</summary>
    public Optional<IReadOnlyList<string?>> Events { get; init; }

    /// <summary>Null removes it.</summary>
    public Optional<string> Secret { get; init; }

    /// <summary>Merged into what is there: a null value removes a name, null removes all.</summary>
    public Optional<IReadOnlyDictionary<string, string?>> Headers { get; init; }

    public Optional<bool?> Active { get; init; }

    /// <summary>Seconds; null follows the instance's default.</summary>
    public Optional<IReadOnlyList<int>> RetryPolicy { get; init; }
}
