namespace Gatepost.Webhooks;

/// <summary>
/// The settings of the webhooks in use, unsealed, kept in memory: an attempt reads no database. Bounded by two generations:
/// when the young one is full it becomes the old one, and what is not used again by then is dropped.
/// </summary>
/// <param name="find">The store's FindSettingsAsync.</param>
internal sealed class WebhookTargets(Func<long, CancellationToken, Task<WebhookSettings?>> find, int capacity = 8_192)
{
    private readonly Lock gate = new();
    private readonly int generationSize = Math.Max(1, capacity / 2);
    private Dictionary<long, Task<WebhookSettings?>> young = [];
    private Dictionary<long, Task<WebhookSettings?>> old = [];

    /// <returns>Null when the webhook is unknown or deleted.</returns>
    public async ValueTask<WebhookSettings?> GetAsync(long seq, CancellationToken cancellation)
    {
        var loading = FindOrLoad(seq);
        try
        {
            var settings = await loading.WaitAsync(cancellation).ConfigureAwait(false);
            if (settings is null)
                Forget(seq, loading);
            return settings;
        }
        catch when (loading.IsFaulted)
        {
            Forget(seq, loading);
            throw;
        }
    }

    /// <summary>After the commit of a change. A read that began before it is dropped too: its task is no longer found.</summary>
    public void Forget(long seq)
    {
        lock (gate)
        {
            young.Remove(seq);
            old.Remove(seq);
        }
    }

    /// <summary>Another node changed webhooks of this organization, or, with null, of any.</summary>
    public void ForgetOrganization(long? organizationSeq)
    {
        lock (gate)
        {
            Forget(young, organizationSeq);
            Forget(old, organizationSeq);
        }
    }

    // What is still being read may be from before the change.
    private static void Forget(Dictionary<long, Task<WebhookSettings?>> known, long? organizationSeq)
    {
        foreach (var (seq, loading) in known)
        {
            if (organizationSeq is null || !loading.IsCompletedSuccessfully || loading.Result?.Organization.Seq == organizationSeq)
                known.Remove(seq);
        }
    }

    private Task<WebhookSettings?> FindOrLoad(long seq)
    {
        TaskCompletionSource<WebhookSettings?> made;
        lock (gate)
        {
            if (young.TryGetValue(seq, out var known))
                return known;
            if (old.Remove(seq, out known))
                return Keep(seq, known);
            made = new TaskCompletionSource<WebhookSettings?>(TaskCreationOptions.RunContinuationsAsynchronously);
            Keep(seq, made.Task);
        }

        _ = LoadAsync(seq, made);
        return made.Task;
    }

    // Shared by everyone who asks meanwhile, so no single caller may cancel it. The store has its own time limits.
    private async Task LoadAsync(long seq, TaskCompletionSource<WebhookSettings?> made)
    {
        var loading = find(seq, CancellationToken.None);
        await ((Task)loading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        made.SetFromTask(loading);
    }

    private Task<WebhookSettings?> Keep(long seq, Task<WebhookSettings?> loading)
    {
        if (young.Count >= generationSize)
            (old, young) = (young, []);
        return young[seq] = loading;
    }

    private void Forget(long seq, Task<WebhookSettings?> loading)
    {
        lock (gate)
        {
            if (young.GetValueOrDefault(seq) == loading)
                young.Remove(seq);
            if (old.GetValueOrDefault(seq) == loading)
                old.Remove(seq);
        }
    }
}
