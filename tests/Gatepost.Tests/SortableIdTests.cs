using System.Collections.Concurrent;

namespace Gatepost.Tests;

public sealed class SortableIdTests
{
    private static readonly DateTimeOffset Now = new(2025, 1, 15, 10, 30, 0, 123, TimeSpan.Zero);

    [Fact]
    public void New_IsAUuidOfVersion7ThatBeginsWithItsTime()
    {
        var id = SortableId.New(Now);

        (id.Version, id.Variant & 0xC).ShouldBe((7, 8));
        id.ToString("N")[..12].ShouldBe(Guid.CreateVersion7(Now).ToString("N")[..12]);
    }

    [Fact]
    public void New_ManyInOneMillisecondOnManyThreads_AreAllDifferent()
    {
        const int Count = 10_000;
        var ids = new ConcurrentDictionary<Guid, bool>();

        Parallel.For(0, Count, _ => ids[SortableId.New(Now)] = true);

        ids.Count.ShouldBe(Count);
    }
}
