using System.Diagnostics;

namespace Gatepost.Bench;

/// <summary>
/// Who published what and who received it: one slot per event and webhook, so that every lost and every duplicate delivery is
/// counted by itself. Events are numbered from 0; the number travels in the event id, with the ledger's tag.
/// </summary>
/// <param name="webhooks">How many webhooks get each event.</param>
/// <param name="firstWebhook">The number of the first of them.</param>
internal sealed class Ledger(int tag, int webhooks, int firstWebhook)
{
    /// <summary>Where <see cref="DuplicatesByLife"/> counts those that no end of a life explains.</summary>
    public const int WithinOneLife = 255;

    private readonly LedgerPage?[] pages = new LedgerPage?[16_384];
    private int published;
    private int acked;
    private long received;
    private long duplicates;
    private long changedIds;
    private long lastReceipt;

    public int Tag { get; } = tag;

    public int Webhooks { get; } = webhooks;

    /// <summary>Which life of the server is running: a second receipt is charged to the end of the life that sent the first.</summary>
    public int Life { get; set; }

    public int Published => Volatile.Read(ref published);

    public int Acked => Volatile.Read(ref acked);

    /// <summary>Deliveries received at least once, of events not acknowledged too.</summary>
    public long Received => Interlocked.Read(ref received);

    /// <summary>Receipts beyond the first of the same event at the same webhook.</summary>
    public long Duplicates => Interlocked.Read(ref duplicates);

    /// <summary>Duplicates whose X-Webhook-Delivery differs from the first receipt's: must be 0.</summary>
    public long ChangedDeliveryIds => Interlocked.Read(ref changedIds);

    public long Expected => (long)Acked * Webhooks;

    public long LastReceipt => Interlocked.Read(ref lastReceipt);

    /// <summary>Duplicates by the life that sent the receipt before; the last place holds those within one life.</summary>
    public int[] DuplicatesByLife { get; } = new int[256];

    /// <returns>The number of a new event.</returns>
    public int Publish(long now)
    {
        var number = Interlocked.Increment(ref published) - 1;
        Page(number).PublishedAt[number & LedgerPage.Mask] = now;
        return number;
    }

    public void Ack(int number, long now)
    {
        Page(number).AckedAt[number & LedgerPage.Mask] = now;
        Interlocked.Increment(ref acked);
    }

    public void Receive(int number, int webhookNumber, ulong deliveryId, long now)
    {
        var webhook = webhookNumber - firstWebhook;
        if (number < 0 || number >> LedgerPage.Bits >= pages.Length || webhook < 0 || webhook >= Webhooks)
            return;
        var page = Page(number);
        var slot = ((number & LedgerPage.Mask) * Webhooks) + webhook;
        if (Interlocked.Increment(ref page.Counts[slot]) == 1)
        {
            page.ReceivedAt[slot] = now;
            page.DeliveryIds[slot] = deliveryId;
            page.Lives[slot] = (byte)Life;
            Interlocked.Increment(ref received);
        }
        else
        {
            Duplicate(page, slot, deliveryId);
        }

        Interlocked.Exchange(ref lastReceipt, now);
    }

    /// <summary>Deliveries of acknowledged events that no receiver saw.</summary>
    public long Missing()
    {
        long missing = 0;
        foreach (var (page, i) in AckedEvents())
        {
            foreach (var count in page.Counts.AsSpan(i * Webhooks, Webhooks))
                missing += count == 0 ? 1 : 0;
        }

        return missing;
    }

    /// <summary>The events of which a delivery is missing.</summary>
    public IEnumerable<int> MissingNumbers()
    {
        var count = Volatile.Read(ref published);
        for (var number = 0; number < count; number++)
        {
            if (Page(number) is var page && page.AckedAt[number & LedgerPage.Mask] > 0
                && page.Counts.AsSpan((number & LedgerPage.Mask) * Webhooks, Webhooks).Contains(0))
                yield return number;
        }
    }

    /// <summary>When the publish of an event began.</summary>
    public long PublishedAt(int number) => Page(number).PublishedAt[number & LedgerPage.Mask];

    /// <summary>When the first webhook got an event for the first time; 0: not yet.</summary>
    public long ReceivedAt(int number) => Page(number).ReceivedAt[(number & LedgerPage.Mask) * Webhooks];

    /// <summary>Duplicates at the first webhooks alone.</summary>
    public long DuplicatesBelow(int webhook)
    {
        long found = 0;
        foreach (var (page, i) in AckedEvents())
        {
            foreach (var count in page.Counts.AsSpan(i * Webhooks, webhook))
                found += Math.Max(0, count - 1);
        }

        return found;
    }

    public IEnumerable<long> AckTimes() => AckedEvents().Select(e => e.Page.AckedAt[e.Index] - e.Page.PublishedAt[e.Index]);

    /// <summary>From the start of the publish to the first receipt.</summary>
    /// <param name="firstWebhooks">Only webhooks with a lower index count.</param>
    public IEnumerable<long> DeliveryTimes(int firstWebhooks = int.MaxValue)
    {
        foreach (var (page, i) in AckedEvents())
        {
            for (var webhook = 0; webhook < Math.Min(Webhooks, firstWebhooks); webhook++)
            {
                if (page.ReceivedAt[(i * Webhooks) + webhook] is > 0 and var at)
                    yield return at - page.PublishedAt[i];
            }
        }
    }

    /// <returns>Whether everything acknowledged arrived in time.</returns>
    public async Task<bool> WaitForAllAsync(TimeSpan patience, CancellationToken cancellation)
    {
        var until = Stopwatch.GetTimestamp() + (long)(patience.TotalSeconds * Stopwatch.Frequency);
        while (Received < Expected || Missing() > 0)
        {
            if (Stopwatch.GetTimestamp() > until)
                return false;
            await Task.Delay(20, cancellation);
        }

        return true;
    }

    /// <summary>For events that were published without this ledger's knowledge too.</summary>
    /// <returns>Whether this many deliveries arrived in time.</returns>
    public async Task<bool> WaitForAsync(long deliveries, TimeSpan patience, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        while (Received < deliveries)
        {
            if (Stopwatch.GetElapsedTime(began) > patience)
                return false;
            await Task.Delay(20, cancellation);
        }

        return true;
    }

    private void Duplicate(LedgerPage page, int slot, ulong deliveryId)
    {
        Interlocked.Increment(ref duplicates);
        if (page.DeliveryIds[slot] != deliveryId)
            Interlocked.Increment(ref changedIds);
        var before = page.Lives[slot];
        Interlocked.Increment(ref DuplicatesByLife[before == Life ? WithinOneLife : before]);
        page.Lives[slot] = (byte)Life;
    }

    private IEnumerable<(LedgerPage Page, int Index)> AckedEvents()
    {
        var count = Volatile.Read(ref published);
        for (var number = 0; number < count; number++)
        {
            var page = Page(number);
            if (page.AckedAt[number & LedgerPage.Mask] > 0)
                yield return (page, number & LedgerPage.Mask);
        }
    }

    private LedgerPage Page(int number)
    {
        ref var place = ref pages[number >> LedgerPage.Bits];
        if (Volatile.Read(ref place) is { } page)
            return page;
        var made = new LedgerPage(Webhooks);
        return Interlocked.CompareExchange(ref place, made, null) ?? made;
    }
}
