namespace Gatepost.Deliveries;

/// <summary>What a delivery was when its attempt ended, as the database says.</summary>
internal readonly record struct AttemptContext
{
    public required AttemptTrigger Trigger { get; init; }

    /// <summary>Automatic attempts of the present run before this one.</summary>
    public required int RunAttempts { get; init; }

    /// <summary>Of a manual attempt: the state and retry it interrupted. Of a recover job that was canceled: the state before the job.</summary>
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
        // Of a recover job that was canceled it is as failed as it was before.
        if (context.CancelRequested)
            return new(context.ResumeStatus is null ? DeliveryStatus.Canceled : DeliveryStatus.Failed, null, attempts);
        if (retryAt is null)
            return new(DeliveryStatus.Failed, null, attempts);
        return context.WebhookActive ? new(DeliveryStatus.Pending, retryAt, attempts) : new(DeliveryStatus.Skipped, null, attempts);
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
            return new(context.ResumeStatus is { } before and not DeliveryStatus.Pending ? before : DeliveryStatus.Canceled, null, context.RunAttempts);
        if (context.Trigger == AttemptTrigger.Test)
            return new(DeliveryStatus.Failed, null, context.RunAttempts);
        return context.WebhookActive || context.Trigger == AttemptTrigger.Manual
            ? new(DeliveryStatus.Pending, now, context.RunAttempts)
            : new(DeliveryStatus.Skipped, null, context.RunAttempts);
    }
}
