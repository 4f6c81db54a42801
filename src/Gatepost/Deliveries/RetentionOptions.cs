namespace Gatepost.Deliveries;

/// <summary>How long the log is kept.</summary>
internal sealed class RetentionOptions
{
    public const string SectionName = "Retention";

    /// <summary>Days that bodies and attempts are kept: 1-3,650. A body is kept while a delivery of it waits.</summary>
    public int PayloadDays { get; set; } = 30;

    /// <summary>Days that deliveries and events are kept: 1-3,650, not fewer than <see cref="PayloadDays"/>.</summary>
    public int DeliveryDays { get; set; } = 90;

    public IEnumerable<string> Faults()
    {
        if (PayloadDays is < 1 or > 3_650)
            yield return "Gatepost__Retention__PayloadDays must be 1 to 3650.";
        if (DeliveryDays is < 1 or > 3_650)
            yield return "Gatepost__Retention__DeliveryDays must be 1 to 3650.";
        else if (DeliveryDays < PayloadDays)
            yield return "Gatepost__Retention__DeliveryDays must not be less than Gatepost__Retention__PayloadDays.";
    }
}
