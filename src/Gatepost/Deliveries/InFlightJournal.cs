using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Gatepost.Deliveries;

/// <summary>
/// Names the deliveries whose attempts are under way, in a memory-mapped file: one store of eight bytes per attempt, no system
/// call. It outlives the process (not the machine's power), so that after a crash only what was in flight is suspected of it,
/// not the thousands of deliveries that merely waited.
/// </summary>
internal sealed class InFlightJournal : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly Stack<int> free;
    private readonly Lock gate = new();

    /// <summary>
    /// Opens the file and keeps what the former life left in it as <see cref="LeftBehind"/>. Only once the data directory is known
    /// to be ours alone: it empties the file, and a process that has it mapped would die of that.
    /// </summary>
    public InFlightJournal(string path, int places)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        LeftBehind = ReadLeftBehind(path);
        var length = places * sizeof(long);
        // Written, not only made long: a full disk must be told of now, not by a signal when a page is first used.
        using (var stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite))
            stream.Write(new byte[length]);
        file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, length);
        view = file.CreateViewAccessor();
        free = new Stack<int>(Enumerable.Range(0, places));
    }

    /// <summary>Sequence numbers of deliveries that were in flight when the former process died.</summary>
    public IReadOnlyList<long> LeftBehind { get; }

    /// <returns>The place to clear afterwards; -1 when all are taken (then nothing is named).</returns>
    public int Enter(long deliverySeq)
    {
        int place;
        lock (gate)
        {
            if (!free.TryPop(out place))
                return -1;
        }

        view.Write((long)place * sizeof(long), deliverySeq);
        return place;
    }

    public void Leave(int place)
    {
        if (place < 0)
            return;
        view.Write((long)place * sizeof(long), 0L);
        lock (gate)
            free.Push(place);
    }

    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }

    private static List<long> ReadLeftBehind(string path)
    {
        if (!File.Exists(path))
            return [];
        var bytes = File.ReadAllBytes(path);
        var whole = bytes.AsSpan(0, bytes.Length / sizeof(long) * sizeof(long));
        var found = new List<long>();
        foreach (var seq in MemoryMarshal.Cast<byte, long>(whole))
        {
            if (seq > 0)
                found.Add(seq);
        }

        return found;
    }
}
