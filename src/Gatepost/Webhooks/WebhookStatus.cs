namespace Gatepost.Webhooks;

/// <summary>Whether a webhook gets deliveries, and who said otherwise.</summary>
internal enum WebhookStatus
{
    Active,

    /// <summary>Switched off by a user.</summary>
    Paused,

    /// <summary>Switched off by the system, whatever the user wrote before; <c>active: true</c> is the way out.</summary>
    Disabled,
}

internal static class WebhookStatuses
{
    /// <summary>
    /// A disabled webhook that a user also pauses stays <c>disabled</c>: the reason is still true and the way out is the same.
    /// </summary>
    /// <param name="active">What the user wrote last.</param>
    public static WebhookStatus Derive(bool active, DateTimeOffset? disabledAt) =>
        disabledAt is not null ? WebhookStatus.Disabled
        : active ? WebhookStatus.Active
        : WebhookStatus.Paused;

    public static string Name(this WebhookStatus status) => status switch
    {
        WebhookStatus.Active => "active",
        WebhookStatus.Paused => "paused",
        _ => "disabled",
    };
}
