namespace Gatepost.Deliveries;

/// <summary>What a delivery was when its attempt ended, as the database says.</summary>
internal readonly record struct AttemptContext
{
    public required AttemptTrigger Trigger { get; init; }

    /// <summary>Automatic attempts of the present run before this one.</summary>
    public required int RunAttempts { get; init; }

    /// <summary>Of a manual attempt: the state and retry it interrupted.</summary>
    public DeliveryStatus? ResumeStatus { get; init; }

    public DateTimeOffset? ResumeAt { get; init; }

    public bool CancelRequested { get; init; }

    /// <summary>After this attempt was counted: is the webhook still neither paused nor disabled?</summary>
    public required bool WebhookActive { get; init; }
}

/// <summary>The state machine of delivery.md as one pure decision: what an ended attempt makes of its delivery.</summary>
internal readonly record struct AttemptVerdict(DeliveryStatus Status, DateTimeOffset? NextAttemptAt, int RunAttempts)
{
    /// <param name="retryAt">When the retry policy would try again, or null when it is used up.</param>
    public static AttemptVerdict Of(AttemptOutcome outcome, in AttemptContext context, DateTimeOffset? retryAt, DateTimeOffset now)
    {
        if (outcome == AttemptOutcome.Succeeded)
            return new(DeliveryStatus.Succeeded, null, context.RunAttempts);
        if (outcome == AttemptOutcome.Interrupted)
            return Interrupted(context, now);
        return context.Trigger switch
        {
            AttemptTrigger.Test => new(DeliveryStatus.Failed, null, context.RunAttempts),
            AttemptTrigger.Manual => FailedManually(context, now),
            _ => Failed(context, retryAt),
        };
    }

    private static AttemptVerdict Failed(in AttemptContext context, DateTimeOffset? retryAt)
    {
        var attempts = context.RunAttempts + 1;
        if (context.CancelRequested)
            return new(DeliveryStatus.Canceled, null, attempts);
        if (!context.WebhookActive)
            return new(DeliveryStatus.Skipped, null, attempts);
        return retryAt is null ? new(DeliveryStatus.Failed, null, attempts) : new(DeliveryStatus.Pending, retryAt, attempts);
    }

    // A manual attempt that fails leaves the delivery as it was; a pending one whose webhook was switched off meanwhile is skipped.
    private static AttemptVerdict FailedManually(in AttemptContext context, DateTimeOffset now)
    {
        var status = context.ResumeStatus ?? DeliveryStatus.Failed;
        if (status != DeliveryStatus.Pending)
            return new(status, null, context.RunAttempts);
        if (context.CancelRequested)
            return new(DeliveryStatus.Canceled, null, context.RunAttempts);
        return context.WebhookActive
            ? new(DeliveryStatus.Pending, context.ResumeAt ?? now, context.RunAttempts)
            : new(DeliveryStatus.Skipped, null, context.RunAttempts);
    }

    // Ours, not the receiver's: the same attempt is due again at once, whoever asked for it.
    private static AttemptVerdict Interrupted(in AttemptContext context, DateTimeOffset now)
    {
        if (context.CancelRequested)
            return new(DeliveryStatus.Canceled, null, context.RunAttempts);
        if (context.Trigger == AttemptTrigger.Test)
            return new(DeliveryStatus.Failed, null, context.RunAttempts);
        return context.WebhookActive || context.Trigger == AttemptTrigger.Manual
            ? new(DeliveryStatus.Pending, now, context.RunAttempts)
            : new(DeliveryStatus.Skipped, null, context.RunAttempts);
    }
}
