using Gatepost.Deliveries;

namespace Gatepost.Storage;

/// <summary>Deliveries that wait in the database for one webhook.</summary>
internal readonly record struct WaitingLane(long OrganizationSeq, long WebhookSeq, DateTimeOffset DueAt);

/// <summary>What was claimed for one webhook, and when the oldest of what still waits is due.</summary>
internal sealed record LaneClaim(long WebhookSeq, IReadOnlyList<ClaimedDelivery> Deliveries, DateTimeOffset? NextDue);

/// <summary>What the delivery engine asks of the database. A claim belongs to this process's epoch until it is recorded or given back.</summary>
internal interface IDeliveryQueue
{
    /// <summary>Every webhook with waiting deliveries and when its oldest is due: on start, and as the backstop of what memory knows.</summary>
    Task<IReadOnlyList<WaitingLane>> ReadWaitingAsync(CancellationToken cancellation);

    /// <summary>Claims due deliveries, oldest first, up to each webhook's room.</summary>
    Task<IReadOnlyList<LaneClaim>> ClaimDueAsync(
        IReadOnlyList<(long WebhookSeq, int Room)> lanes, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Claims one delivery that was in flight when a process died; those are tried one at a time.</summary>
    Task<ClaimedDelivery?> ClaimSuspectAsync(DateTimeOffset now, CancellationToken cancellation);

    /// <summary>The exact request body; null when retention or a deletion erased it.</summary>
    Task<byte[]?> ReadPayloadAsync(long eventSeq, CancellationToken cancellation);

    /// <summary>Writes the attempts, their deliveries' next states and the webhooks' counters in one transaction. Of a delivery whose
    /// claim was lost, or whose webhook is gone, nothing is written.</summary>
    Task RecordAsync(IReadOnlyList<AttemptRecord> records, CancellationToken cancellation);

    /// <summary>How long to collect attempts, after many were recorded at once, before the next are: worth it where a transaction costs
    /// much before its first row.</summary>
    TimeSpan Linger { get; }

    /// <summary>A claimed delivery whose webhook was switched off before its attempt: skipped.</summary>
    Task SkipAsync(ClaimedDelivery delivery, CancellationToken cancellation);

    /// <summary>Claimed deliveries whose cancellation was asked for and whose attempts have not begun: canceled, or what they were before
    /// they were set going again.</summary>
    Task CancelAsync(IReadOnlyList<ClaimedDelivery> deliveries, CancellationToken cancellation);

    /// <summary>A claimed delivery that can never be sent (its body is gone): failed, without an attempt.</summary>
    Task FailAsync(ClaimedDelivery delivery, AttemptOutcome outcome, CancellationToken cancellation);

    /// <summary>A claimed delivery that could not be tried now for a reason of ours: waits again until then.</summary>
    Task GiveBackAsync(ClaimedDelivery delivery, DateTimeOffset dueAt, CancellationToken cancellation);

    /// <summary>
    /// A claimed delivery that could not be tried for a reason of ours that stays: it says why, and waits again until then. What a
    /// person asked for ends: a test is failed, and a manual attempt leaves the delivery as it was.
    /// </summary>
    Task RefuseAsync(ClaimedDelivery delivery, AttemptOutcome outcome, DateTimeOffset dueAt, CancellationToken cancellation);

    /// <summary>Skips waiting deliveries of a webhook that is not active.</summary>
    /// <returns>How many were skipped; fewer than the limit means that none is left.</returns>
    Task<int> SkipWaitingAsync(long webhookSeq, int limit, CancellationToken cancellation);

    /// <summary>When the oldest waiting delivery became due; null when none is overdue.</summary>
    Task<DateTimeOffset?> ReadOldestDueAsync(DateTimeOffset now, CancellationToken cancellation);
}
