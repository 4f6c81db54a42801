namespace Gatepost.Webhooks;

/// <summary>A webhook as it shall be, with those of its sealed parts that change.</summary>
internal sealed record WebhookChange
{
    public required Webhook After { get; init; }

    /// <summary>Absent keeps the stored one; null removes it.</summary>
    public Optional<string> Secret { get; init; }

    /// <summary>Null keeps the stored ones; empty removes them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Headers { get; init; }
}

/// <summary>A webhook as a change finds it.</summary>
/// <param name="OpenHeaders">Decrypts the headers; null when that is not possible. Only merging needs them.</param>
internal sealed record StoredWebhook(Webhook Webhook, Func<IReadOnlyList<KeyValuePair<string, string>>?> OpenHeaders);
