using System.Text.Json;

namespace Gatepost.Events;

internal static class EventCatalog
{
    public static void Check(EventType type, JsonElement data, string path, FaultList faults)
    {
    }
}
