using System.Collections.Concurrent;
using CsCheck;
using Gatepost.Deliveries;

namespace Gatepost.Tests.Deliveries;

/// <summary>Whatever happens in whatever order: nothing handed over is lost or taken twice, and no limit is passed.</summary>
public sealed class DeliveryLanesModelTests
{
    private const int Places = 8;
    private const int PerWebhook = 3;
    private const int Webhooks = 7;

    [Fact]
    public void AnySequence_NothingLostNothingTwiceNoLimitPassed() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[1, Webhooks], Gen.Int[0, 2]).Array[0, 200].Sample(steps =>
        {
            var run = new Run();
            foreach (var (what, webhook, health) in steps)
                run.Step(what, webhook, health switch { 0 => true, 1 => false, _ => null });
            run.Drain();
        });

    [Fact]
    public async Task RunnersAsTheWorkerHasThem_NoDeliveryIsLeftLying()
    {
        const int Each = 2_000;
        var bed = new LaneTestBed(maxConcurrency: 16);
        var seen = new ConcurrentDictionary<long, int>();
        var done = new TaskCompletionSource();
        var left = 4 * Each;
        void Start() => ThreadPool.UnsafeQueueUserWorkItem(_ => Runner(), null);
        void Runner()
        {
            while (bed.Lanes.TryTake(out var more) is { } delivery)
            {
                if (more)
                    Start();
                seen.AddOrUpdate(delivery.Seq, 1, (_, n) => n + 1);
                bed.Lanes.Complete(delivery, failed: delivery.Seq % 3 == 0);
                if (Interlocked.Decrement(ref left) == 0)
                    done.SetResult();
            }
        }

        bed.Lanes.Ready += Start;
        var deliveries = Enumerable.Range(0, 4 * Each).Select(i => bed.New(i % 5, i % 11)).ToList();
        await Parallel.ForEachAsync(deliveries.Chunk(Each), TestContext.Current.CancellationToken, async (chunk, _) =>
        {
            foreach (var delivery in chunk)
            {
                while (!bed.Lanes.TryReserve(delivery.OrganizationSeq, delivery.WebhookSeq))
                    await Task.Yield();
                bed.Lanes.HandOver(delivery);
            }
        });

        await done.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        seen.Values.ShouldAllBe(times => times == 1);
    }

    private sealed class Run
    {
        private readonly LaneTestBed bed = new(Places, PerWebhook);
        private readonly Dictionary<long, int> reserved = [];
        private readonly HashSet<long> waiting = [];
        private readonly List<ClaimedDelivery> inFlight = [];
        private readonly HashSet<long> failing = [];
        private int unwritten;

        public void Step(int what, long webhook, bool? failed)
        {
            switch (what)
            {
                case 0 or 1 when bed.Lanes.TryReserve(webhook % 3, webhook):
                    reserved[webhook] = reserved.GetValueOrDefault(webhook) + 1;
                    break;
                case 2 when reserved.GetValueOrDefault(webhook) > 0:
                    reserved[webhook]--;
                    bed.Lanes.Release(webhook);
                    break;
                case 3 or 4 when reserved.GetValueOrDefault(webhook) > 0:
                    reserved[webhook]--;
                    bed.Lanes.HandOver(New(webhook));
                    break;
                case 5:
                    Claim(webhook);
                    break;
                case 6 or 7:
                    Take();
                    break;
                case 8 or 9 when inFlight.Count > 0:
                    Complete((int)webhook % inFlight.Count, failed, written: what == 8);
                    break;
                case 9:
                    Write();
                    break;
            }

            bed.Lanes.Held.ShouldBe(waiting.Count + reserved.Values.Sum());
            bed.Lanes.InFlight.ShouldBe(inFlight.Count + unwritten);
        }

        public void Drain()
        {
            foreach (var (webhook, count) in reserved)
            {
                for (var i = 0; i < count; i++)
                    bed.Lanes.Release(webhook);
            }

            Write();
            while (Take() || inFlight.Count > 0)
            {
                if (inFlight.Count > 0)
                    Complete(0, failed: false, written: false);
                Write();
            }

            foreach (var (webhook, _) in bed.Lanes.BeginClaims(bed.Now, 64, 4, out _))
                bed.Lanes.EndClaim(webhook, [], nextDue: null);
            waiting.ShouldBeEmpty("something was handed over and never taken");
            (bed.Lanes.Held, bed.Lanes.InFlight).ShouldBe((0, 0));
            bed.Lanes.Count.ShouldBe(failing.Count, "lanes without work are forgotten, unless they remember a failure");
        }

        private ClaimedDelivery New(long webhook)
        {
            var delivery = bed.New(webhook % 3, webhook, webhook == 1 ? AttemptTrigger.Manual : AttemptTrigger.Automatic);
            waiting.Add(delivery.Seq);
            return delivery;
        }

        private void Claim(long webhook)
        {
            bed.Lanes.Waiting(webhook % 3, webhook, bed.Now);
            foreach (var (lane, room) in bed.Lanes.BeginClaims(bed.Now, 64, 4, out _))
                bed.Lanes.EndClaim(lane, [.. Enumerable.Range(0, Math.Min(room, 2)).Select(_ => New(lane))], nextDue: null);
        }

        private bool Take()
        {
            if (bed.Lanes.TryTake(out _) is not { } delivery)
                return false;
            waiting.Remove(delivery.Seq).ShouldBeTrue("taken twice, or never handed over");
            inFlight.Add(delivery);
            (inFlight.Count + unwritten).ShouldBeLessThanOrEqualTo(Places);
            inFlight.Count(d => d.CountsAsFailing).ShouldBeLessThanOrEqualTo(Places / 4);
            var limit = failing.Contains(delivery.WebhookSeq) ? 1 : PerWebhook;
            inFlight.Count(d => d.WebhookSeq == delivery.WebhookSeq).ShouldBeLessThanOrEqualTo(limit);
            return true;
        }

        private void Write()
        {
            bed.Lanes.Written(unwritten);
            unwritten = 0;
        }

        private void Complete(int index, bool? failed, bool written)
        {
            var delivery = inFlight[index];
            inFlight.RemoveAt(index);
            unwritten += written ? 0 : 1;
            bed.Lanes.Complete(delivery, failed, written);
            if (failed == true)
                failing.Add(delivery.WebhookSeq);
            else if (failed == false)
                failing.Remove(delivery.WebhookSeq);
        }
    }
}
