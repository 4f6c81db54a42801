using Gatepost.Organizations;
using Gatepost.Signing;

namespace Gatepost.Webhooks;

/// <summary>What an attempt needs to know of its webhook.</summary>
internal sealed record WebhookSettings
{
    public required long Seq { get; init; }

    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required OrganizationRef Organization { get; init; }

    /// <summary>Neither paused nor disabled.</summary>
    public required bool IsActive { get; init; }

    /// <summary>Where and how to send; null when the stored secret or headers cannot be decrypted. Then nothing may be sent: never unsigned.</summary>
    public required DeliveryTarget? Target { get; init; }

    /// <summary>Seconds between attempts; null follows the instance's default.</summary>
    public IReadOnlyList<int>? RetryPolicy { get; init; }
}

/// <param name="Signer">Null for a webhook without a secret.</param>
internal sealed record DeliveryTarget(Guid WebhookId, Uri Url, WebhookSigner? Signer, IReadOnlyList<KeyValuePair<string, string>> Headers);
