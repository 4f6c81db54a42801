using Gatepost.Deliveries;

namespace Gatepost.Tests.Deliveries;

public sealed class InFlightJournalTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatepost-").FullName;

    private string Path => System.IO.Path.Combine(folder, "in-flight.journal");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Open_FirstLife_NothingIsLeftBehind()
    {
        using var journal = new InFlightJournal(Path, 4);

        journal.LeftBehind.ShouldBeEmpty();
    }

    [Fact]
    public void Open_AfterACrash_NamesWhatWasInFlightOnly()
    {
        using var first = new InFlightJournal(Path, 4);
        first.Enter(11);
        first.Leave(first.Enter(12));
        first.Enter(13);

        using var second = new InFlightJournal(Crash(), 4);

        second.LeftBehind.ShouldBe([11, 13], ignoreOrder: true);
    }

    [Fact]
    public void Open_AfterACleanStop_NothingIsLeftBehind()
    {
        using (var first = new InFlightJournal(Path, 4))
            first.Leave(first.Enter(11));

        using var second = new InFlightJournal(Path, 4);

        second.LeftBehind.ShouldBeEmpty();
    }

    [Fact]
    public void Open_TwiceAfterACrash_SuspectsOnce()
    {
        using var first = new InFlightJournal(Path, 4);
        first.Enter(11);
        var crashed = Crash();
        using (new InFlightJournal(crashed, 4))
        {
        }

        using var third = new InFlightJournal(crashed, 4);

        third.LeftBehind.ShouldBeEmpty();
    }

    [Fact]
    public void Open_SmallerOrTornFile_ReadsWhatIsWhole()
    {
        File.WriteAllBytes(Path, [11, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 7, 0, 0]);

        using var journal = new InFlightJournal(Path, 1);

        journal.LeftBehind.ShouldBe([11]);
    }

    [Fact]
    public void Enter_AllPlacesTaken_GoesOnUnnamed()
    {
        using var journal = new InFlightJournal(Path, 2);
        var place = journal.Enter(11);
        journal.Enter(12);

        journal.Enter(13).ShouldBe(-1);

        journal.Leave(-1);
        journal.Leave(place);
        journal.Enter(13).ShouldBe(place);
    }

    // The kernel holds what a dead process had written: the file as any other process sees it now.
    private string Crash()
    {
        var copy = Path + ".crashed";
        File.Copy(Path, copy);
        return copy;
    }
}
