using Gatepost.Events;

namespace Gatepost.Deliveries;

/// <summary>Why an attempt is made. The numbers are stored.</summary>
internal enum AttemptTrigger
{
    Automatic = 0,
    Manual = 1,
    Replay = 2,
    Test = 3,
}

/// <summary>The states of delivery.md. The numbers are stored, and named in partial indexes.</summary>
internal enum DeliveryStatus
{
    Pending = 0,
    Sending = 1,
    Succeeded = 2,
    Failed = 3,
    Skipped = 4,
    Canceled = 5,
}

/// <summary>A delivery that this epoch owns and holds in memory: ids, and the body only while there is room for it.</summary>
internal sealed class ClaimedDelivery
{
    public required long Seq { get; init; }

    public required Guid Id { get; init; }

    /// <summary>Whose claim it is; what is written of it counts only while the row still carries this number.</summary>
    public required long Epoch { get; init; }

    public required long OrganizationSeq { get; init; }

    public required long WebhookSeq { get; init; }

    public required long EventSeq { get; init; }

    public required EventType EventType { get; init; }

    public required AttemptTrigger Trigger { get; init; }

    /// <summary>Attempts made so far, of every trigger.</summary>
    public required int AttemptCount { get; init; }

    /// <summary>Automatic attempts of the present run: the place in the retry policy.</summary>
    public required int RunAttempts { get; init; }

    /// <summary>Unclean stops that this delivery was claimed in; above 0 it is tried alone.</summary>
    public int CrashCount { get; init; }

    /// <summary>When it was due; the lateness of the attempt is measured from here.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>What is sent, or null: then it is read from the store just before the attempt.</summary>
    public EventBody? Body { get; set; }

    /// <summary>Its attempt counts against the places of failing webhooks.</summary>
    public bool CountsAsFailing { get; set; }
}
