using Gatepost.Deliveries;
using Gatepost.Storage;
using Gatepost.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatepost.Tests.Deliveries;

public sealed class AttemptRecorderTests
{
    private static readonly DateTimeOffset Start = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    private readonly TimerSignalClock clock = new(Start);
    private readonly LaneTestBed bed = new();
    private readonly List<AttemptRecord[]> writes = [];
    private int told;

    [Fact]
    public async Task Add_WhileABatchIsCommitted_GoesWithTheNextOne()
    {
        var commit = new TaskCompletionSource();
        var recorder = Recorder(attempts => attempts.Count == 1 ? commit.Task : Task.CompletedTask);

        var attempts = Attempts(4);
        recorder.Add(attempts[0]);
        SpinWait.SpinUntil(() => Count == 1, TimeSpan.FromSeconds(5)).ShouldBeTrue();
        foreach (var attempt in attempts[1..])
            recorder.Add(attempt);
        commit.SetResult();
        await recorder.DrainAsync();

        writes.ShouldBe([[attempts[0]], attempts[1..]]);
    }

    [Fact]
    public async Task Add_StorageUnavailable_IsWrittenWhenItIsBack()
    {
        var down = true;
        var recorder = Recorder(_ => down ? throw new StorageUnavailableException("full") : Task.CompletedTask);

        var written = recorder.AddAndWaitAsync(Attempts(1)[0]);
        await clock.TimerOf(TimeSpan.FromMilliseconds(50));
        down = false;
        clock.Advance(TimeSpan.FromMilliseconds(50));
        await written;

        writes.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Add_OneRecordCannotBeWritten_TheOthersAre()
    {
        var attempts = Attempts(3);
        var first = new TaskCompletionSource();
        var written = new List<AttemptRecord>();
        var recorder = Recorder(batch =>
        {
            if (batch.Contains(attempts[1]))
                throw new InvalidOperationException("a bug");
            written.AddRange(batch);
            return first.Task;
        });

        foreach (var attempt in attempts)
            recorder.Add(attempt);
        first.SetResult();
        await recorder.DrainAsync();

        written.ShouldBe([attempts[0], attempts[2]]);
    }

    [Fact]
    public async Task Add_Written_IsToldOfThoseThatNobodyWaitsFor()
    {
        var recorder = Recorder(_ => Task.CompletedTask);

        foreach (var attempt in Attempts(3))
            recorder.Add(attempt);
        await recorder.AddAndWaitAsync(Attempts(1)[0]);
        await recorder.DrainAsync();

        told.ShouldBe(3);
    }

    [Fact]
    public async Task Hurry_StorageUnavailable_GivesUp()
    {
        var recorder = Recorder(_ => throw new StorageUnavailableException("full"));
        recorder.Hurry();

        recorder.Add(Attempts(1)[0]);
        await recorder.DrainAsync();

        writes.Count.ShouldBe(1);
    }

    private int Count
    {
        get
        {
            lock (writes)
                return writes.Count;
        }
    }

    private AttemptRecorder Recorder(Func<IReadOnlyList<AttemptRecord>, Task> write) => new(
        attempts =>
        {
            lock (writes)
                writes.Add([.. attempts]);
            return write(attempts);
        },
        TimeSpan.Zero,
        count => told += count,
        clock,
        NullLogger<AttemptRecorder>.Instance);

    private AttemptRecord[] Attempts(int count) => [.. Enumerable.Range(0, count).Select(_ => new AttemptRecord
    {
        Delivery = bed.New(1, 1),
        Result = new AttemptResult { Outcome = AttemptOutcome.Succeeded, StartedAt = Start },
        Url = "https://receiver.example.org/",
        HeaderNames = "[]",
        Signed = false,
        RetryAt = null,
    })];
}
