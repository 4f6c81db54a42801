using System.Globalization;

namespace Gatepost.Events.Schemas;

/// <summary>Where a check is in the data, and where it reports; the path becomes text only for a fault.</summary>
internal sealed class SchemaFaults
{
    // One body of 1 MiB can hold half a million faults: an answer that lists them all would be a hundred times its size.
    private const int Max = 100;

    private readonly Report report;
    private readonly SchemaFaults? parent;
    private readonly string step;

    public SchemaFaults(FaultList faults, string path)
        : this(new Report(faults), null, path)
    {
    }

    private SchemaFaults(Report report, SchemaFaults? parent, string step) =>
        (this.report, this.parent, this.step) = (report, parent, step);

    private string Path => parent?.Path + step;

    public SchemaFaults Member(string name) => new(report, this, "." + name);

    public SchemaFaults Item(int index) => new(report, this, string.Create(CultureInfo.InvariantCulture, $"[{index}]"));

    /// <param name="rest">Goes on after the path, such as <c>must be a string.</c></param>
    public void Add(string code, string rest)
    {
        if (report.Count++ < Max)
            report.Faults.Add(Path, code, $"{Path} {rest}");
    }

    private sealed class Report(FaultList faults)
    {
        public FaultList Faults { get; } = faults;

        public int Count { get; set; }
    }
}
