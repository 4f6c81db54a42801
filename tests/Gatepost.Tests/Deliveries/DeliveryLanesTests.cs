using Gatepost.Deliveries;

namespace Gatepost.Tests.Deliveries;

public sealed class DeliveryLanesTests
{
    private readonly LaneTestBed bed = new();

    private DeliveryLanes Lanes => bed.Lanes;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cancel_DeliveryInTheLaneOrOnItsWayThere_NeverStarts(bool isOnItsWay)
    {
        var bed = new LaneTestBed();
        var canceled = new List<ClaimedDelivery>();
        bed.Lanes.Canceled += canceled.AddRange;
        var (stays, goes) = (bed.New(1, 1), bed.New(1, 1));
        bed.Lanes.TryReserve(1, 1);
        bed.Lanes.TryReserve(1, 1);

        if (isOnItsWay)
            bed.Lanes.Cancel(1, [goes.Seq]);
        bed.Lanes.HandOver(stays, goes);
        if (!isOnItsWay)
            bed.Lanes.Cancel(1, [goes.Seq]);

        (canceled.Single(), bed.TakeAll().Single(), bed.Lanes.Held).ShouldBe((goes, stays, 0));
    }

    [Fact]
    public void TryTake_OneWebhook_GivesEightPlaces()
    {
        bed.Add(1, 1, 20);

        var taken = bed.TakeAll();

        taken.Count.ShouldBe(8);
        Lanes.Complete(taken[0], failed: false);
        bed.TakeAll().Count.ShouldBe(1);
    }

    [Fact]
    public void Complete_NotWrittenYet_KeepsItsPlaceInTheProcess()
    {
        var small = new LaneTestBed(maxConcurrency: 2);
        var started = 0;
        small.Add(1, 1, 4);
        foreach (var delivery in small.TakeAll())
            small.Lanes.Complete(delivery, failed: false, written: false);
        small.Lanes.Ready += () => started++;

        small.TakeAll().ShouldBeEmpty();
        small.Lanes.Written(2);

        small.TakeAll().Count.ShouldBe(2);
        started.ShouldBe(1);
    }

    [Fact]
    public void TryTake_FailingWebhook_HasOnePlaceUntilItSucceeds()
    {
        bed.Fail(1, 1);
        bed.Add(1, 1, 16);

        var probe = bed.TakeAll().ShouldHaveSingleItem();
        Lanes.Complete(probe, failed: true);
        probe = bed.TakeAll().ShouldHaveSingleItem();
        Lanes.Complete(probe, failed: null); // interrupted: says nothing
        probe = bed.TakeAll().ShouldHaveSingleItem();
        Lanes.Complete(probe, failed: false);

        bed.TakeAll().Count.ShouldBe(8);
    }

    [Fact]
    public void TryTake_ManyFailingWebhooks_ShareAQuarterOfThePlaces()
    {
        var small = new LaneTestBed(maxConcurrency: 8);
        for (var webhook = 1; webhook <= 5; webhook++)
            small.Fail(1, webhook);
        for (var webhook = 1; webhook <= 5; webhook++)
            small.Add(1, webhook);
        small.Add(2, 6, 8);

        var taken = small.TakeAll();

        taken.Count(d => d.WebhookSeq == 6).ShouldBe(6);
        taken.Count(d => d.CountsAsFailing).ShouldBe(2);
    }

    [Fact]
    public void TryTake_BusyProcess_StillProbesFailingWebhooks()
    {
        var small = new LaneTestBed(maxConcurrency: 8, perWebhook: 100);
        small.Fail(1, 1);
        small.Add(1, 1);
        small.Add(2, 2, 100);

        small.TakeAll(4).Count(d => d.WebhookSeq == 1).ShouldBe(1);
    }

    [Fact]
    public void TryTake_FloodOfOneOrganization_TakesTurnsWithTheOthers()
    {
        for (var webhook = 100; webhook < 120; webhook++)
            bed.Add(1, webhook, 50);
        bed.Add(2, 2, 5);
        bed.Add(3, 3, 5);

        var organizations = bed.TakeAll(15).ConvertAll(d => d.OrganizationSeq);

        organizations.ShouldBe([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]);
    }

    [Fact]
    public void TryTake_OrganizationThatComesLater_IsNextButOne()
    {
        for (var webhook = 100; webhook < 120; webhook++)
            bed.Add(1, webhook, 50);
        bed.TakeAll(30);

        bed.Add(2, 2);

        bed.TakeAll(2).ShouldContain(d => d.OrganizationSeq == 2);
    }

    [Fact]
    public void TryTake_WithinAnOrganization_TakesTurnsOverItsWebhooks()
    {
        bed.Add(1, 1, 6);
        bed.Add(1, 2, 2);
        bed.Add(1, 3, 1);

        bed.TakeAll().ConvertAll(d => d.WebhookSeq).ShouldBe([1, 2, 3, 1, 2, 1, 1, 1, 1]);
    }

    [Fact]
    public void TryTake_WithinAWebhook_OldestFirstButManualBeforeAll()
    {
        bed.Add(1, 1, 2);
        bed.Add(1, 1, 1, AttemptTrigger.Manual);

        bed.TakeAll().ConvertAll(d => d.Seq).ShouldBe([3, 1, 2]);
    }

    [Fact]
    public void TryTake_AllPlacesTaken_WaitsForOne()
    {
        var small = new LaneTestBed(maxConcurrency: 3);
        small.Add(1, 1, 8);

        var taken = small.TakeAll();

        taken.Count.ShouldBe(3);
        small.Lanes.Complete(taken[0], failed: false);
        small.Lanes.TryTake(out var more).ShouldNotBeNull();
        more.ShouldBeFalse();
    }

    [Fact]
    public void TryReserve_OlderDeliveryDueInTheDatabase_QueuesBehindIt()
    {
        Lanes.Waiting(1, 1, bed.Now.AddSeconds(5));
        Lanes.TryReserve(1, 1).ShouldBeTrue("a retry in the future is not in the way");
        Lanes.Release(1);

        bed.Clock.Advance(TimeSpan.FromSeconds(5));

        Lanes.TryReserve(1, 1).ShouldBeFalse();
        Lanes.TryReserve(1, 2).ShouldBeTrue();
    }

    [Fact]
    public void TryReserve_FullLane_LeavesTheRestInTheDatabase() => bed.Add(1, 1, 40_000).ShouldBe(32_768);

    [Fact]
    public void TryReserve_FailingWebhook_HoldsAHandful()
    {
        bed.Fail(1, 1);

        bed.Add(1, 1, 100).ShouldBe(16);
    }

    [Fact]
    public void TryReserve_FullProcess_StillHasRoomForQuietWebhooks()
    {
        for (var webhook = 1; webhook <= 7; webhook++)
            bed.Add(1, webhook, 32_768);
        Lanes.Held.ShouldBe(200_000);

        bed.Add(2, 100, 100).ShouldBe(16);
    }

    [Fact]
    public void Release_RolledBackTransaction_LeavesNothing()
    {
        Lanes.TryReserve(1, 1);

        Lanes.Release(1);

        (Lanes.Held, Lanes.Count).ShouldBe((0, 0));
    }

    [Fact]
    public void HandOver_BodiesBeyondTheBudget_AreReadAgainLater()
    {
        const int Mebibyte = 1 << 20;
        for (var i = 0; i < 100; i++)
        {
            Lanes.TryReserve(1, i);
            Lanes.HandOver(bed.New(1, i, bytes: Mebibyte));
        }

        bed.TakeAll().Count(d => d.Body is not null).ShouldBe(64);
    }

    [Fact]
    public void HandOver_ManyDeliveriesOfOneEvent_HoldItsBodyOnce()
    {
        var body = new EventBody(new byte[40 << 20]);
        for (var round = 0; round < 2; round++) // what was taken makes room again
        {
            for (var webhook = 1; webhook <= 10; webhook++)
            {
                Lanes.TryReserve(1, webhook);
                var delivery = bed.New(1, webhook);
                delivery.Body = body;
                Lanes.HandOver(delivery);
            }

            bed.TakeAll().Count(d => d.Body == body).ShouldBe(10);
        }
    }

    [Fact]
    public void BeginClaims_ManyFullLanes_GrantsNoMoreThanTheProcessHolds()
    {
        for (var webhook = 1; webhook <= 6; webhook++)
            bed.Add(1, webhook, 32_768);
        for (var webhook = 101; webhook <= 150; webhook++)
            Lanes.Waiting(2, webhook, bed.Now);

        var claims = Lanes.BeginClaims(bed.Now, 64, 1_000, out _);

        claims.Count.ShouldBe(50);
        claims.Sum(c => c.Room).ShouldBeLessThanOrEqualTo(200_000 - (6 * 32_768) + (50 * 16));
    }

    [Fact]
    public void BeginClaims_LaneUnderClaim_IsNotGivenTwice()
    {
        Lanes.Waiting(1, 1, bed.Now);
        Lanes.BeginClaims(bed.Now, 64, 1_000, out _).ShouldBe([(1, 1_000)]);
        Lanes.Waiting(1, 1, bed.Now);

        Lanes.BeginClaims(bed.Now, 64, 1_000, out _).ShouldBeEmpty();
        Lanes.EndClaim(1, [], nextDue: null);

        Lanes.BeginClaims(bed.Now, 64, 1_000, out _).ShouldBe([(1, 1_000)]);
    }

    [Fact]
    public void BeginClaims_NothingDueYet_SaysWhen()
    {
        Lanes.Waiting(1, 1, bed.Now.AddSeconds(9));
        Lanes.Waiting(1, 2, bed.Now.AddSeconds(5));

        Lanes.BeginClaims(bed.Now, 64, 1_000, out var next).ShouldBeEmpty();

        next.ShouldBe(bed.Now.AddSeconds(5));
    }

    [Fact]
    public void TryTake_LaneDrainedWhileMoreIsDue_AsksForTheNextClaim()
    {
        Lanes.Waiting(1, 1, bed.Now);
        Lanes.BeginClaims(bed.Now, 64, 10, out _);
        Lanes.EndClaim(1, [.. Enumerable.Range(0, 10).Select(_ => bed.New(1, 1))], nextDue: bed.Now);
        var asked = 0;
        Lanes.DueChanged += () => asked++;

        bed.TakeAll(4);
        asked.ShouldBe(0);
        bed.TakeAll(1);

        asked.ShouldBe(1, "half of it is gone");
    }

    [Fact]
    public void Stop_WhatWaits_StaysAndNothingMoreIsTaken()
    {
        bed.Add(1, 1, 3);

        Lanes.Stop();

        Lanes.TryTake(out _).ShouldBeNull();
        Lanes.TryReserve(1, 2).ShouldBeFalse();
    }
}
