using System.Text.Json;
using System.Text.Json.Nodes;
using Gatepost.Events;

namespace Gatepost.Tests.Events;

/// <summary>docs/events.md says what the catalog says.</summary>
public sealed class EventsPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(AppContext.BaseDirectory), "docs", "events.md"));

    [Fact]
    public void Types_EachOfTheCatalog_IsARow()
    {
        var rows = EventCatalog.All.Select(d => $"| `{d.Name}` | {d.Description} |");

        rows.Where(row => !Page.Contains(row, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Example_OnThePage_IsTheCatalogs()
    {
        var example = Page.Split("```json")[1].Split("```")[0];
        var catalogs = EventCatalog.Of(EventType.TicketStatusChanged).EnvelopeExample;

        JsonNode.DeepEquals(JsonNode.Parse(example), JsonSerializer.SerializeToNode(catalogs)).ShouldBeTrue();
    }

    private static string Root(string folder) =>
        File.Exists(Path.Combine(folder, "Gatepost.slnx")) ? folder : Root(Path.GetDirectoryName(folder)!);
}
