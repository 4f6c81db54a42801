namespace Gatepost.Webhooks;

/// <summary>Limits of registering webhooks.</summary>
internal sealed class WebhookOptions
{
    public const string SectionName = "Webhooks";

    /// <summary>Ticket webhooks of one organization: each event is fanned out to them, so this bounds the work that one event makes: 1-10,000.</summary>
    public int MaxPerOrganization { get; set; } = 100;

    public IEnumerable<string> Faults()
    {
        if (MaxPerOrganization is < 1 or > 10_000)
            yield return "Gatepost__Webhooks__MaxPerOrganization must be 1 to 10000.";
    }
}
