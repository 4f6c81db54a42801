namespace Gatepost.Webhooks;

/// <summary>What a client sends to create or change a webhook. An absent member keeps what is there, or its default.</summary>
/// <remarks>Not yet checked.</remarks>
internal sealed record WebhookInput
{
    /// <summary>1-200 characters.</summary>
    public Optional<string> Name { get; init; }

    /// <summary>https, at most 2,000 characters, of a public host; no user name or password.</summary>
    public Optional<string> Url { get; init; }

    /// <summary>Ticket scope only: 1-50 types, each once.</summary>
    public Optional<IReadOnlyList<string?>> Events { get; init; }

    /// <summary>16-500 characters; signs every request. Null removes it.</summary>
    public Optional<string> Secret { get; init; }

    /// <summary>At most 32, values up to 4,096 characters, 16 KB together. Merged into what is there: a null value removes a name, null removes all.</summary>
    public Optional<IReadOnlyDictionary<string, string?>> Headers { get; init; }

    /// <summary>false pauses; true, which is the default, also switches a disabled webhook on again.</summary>
    public Optional<bool?> Active { get; init; }

    /// <summary>At most 10 delays of 1-604,800 seconds; [] makes one attempt, null follows the instance's default.</summary>
    public Optional<IReadOnlyList<int>> RetryPolicy { get; init; }
}
