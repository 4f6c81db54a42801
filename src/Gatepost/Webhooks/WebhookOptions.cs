using System.ComponentModel.DataAnnotations;

namespace Gatepost.Webhooks;

/// <summary>Limits of registering webhooks.</summary>
internal sealed class WebhookOptions
{
    public const string SectionName = "Webhooks";

    /// <summary>Ticket webhooks of one organization: each event is fanned out to them, so this bounds the work that one event makes.</summary>
    [Range(1, 10_000)]
    public int MaxPerOrganization { get; set; } = 100;
}
