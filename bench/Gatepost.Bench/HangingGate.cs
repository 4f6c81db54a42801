namespace Gatepost.Bench;

/// <summary>Holds requests of some webhooks until it is opened or the sender gives up.</summary>
internal sealed class HangingGate
{
    private TaskCompletionSource opened = new();
    private int from = int.MaxValue;
    private int waiting;
    private int maxWaiting;

    /// <summary>Requests held now.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>The most requests held at once since it was closed.</summary>
    public int MaxWaiting => maxWaiting;

    /// <param name="fromWebhook">Webhooks from this index on hang.</param>
    public void Close(int fromWebhook)
    {
        opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        maxWaiting = 0;
        from = fromWebhook;
    }

    public void Open()
    {
        from = int.MaxValue;
        opened.TrySetResult();
    }

    public bool Holds(int webhook) => webhook >= from;

    /// <returns>False when the sender gave up.</returns>
    public async Task<bool> WaitAsync(CancellationToken aborted)
    {
        var now = Interlocked.Increment(ref waiting);
        for (var max = maxWaiting; now > max && Interlocked.CompareExchange(ref maxWaiting, now, max) != max;)
            max = maxWaiting;
        try
        {
            await opened.Task.WaitAsync(aborted);
            return !aborted.IsCancellationRequested;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }
}
