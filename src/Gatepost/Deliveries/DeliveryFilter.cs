using System.Globalization;
using Gatepost.Events;

namespace Gatepost.Deliveries;

/// <summary>Which deliveries a list shows; null members do not filter.</summary>
internal sealed record DeliveryFilter
{
    public Guid? WebhookId { get; init; }

    public Guid? EventId { get; init; }

    /// <summary>Types that match a name or a pattern such as <c>ticket.*</c>.</summary>
    public IReadOnlyList<EventType>? EventTypes { get; init; }

    public DeliveryStatus? Status { get; init; }

    /// <summary>Inclusive range of the last response's HTTP status.</summary>
    public (int From, int To)? ResponseStatus { get; init; }

    /// <summary>Created at or after.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Created before.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>A full type name, or a prefix and <c>.*</c>; null when it names nothing known.</summary>
    public static IReadOnlyList<EventType>? ParseTypes(string text)
    {
        if (Events.EventTypes.TryParse(text, out var type))
            return [type];
        if (!text.EndsWith(".*", StringComparison.Ordinal))
            return null;
        var prefix = text[..^1];
        var types = Enum.GetValues<EventType>().Where(t => t.Name().StartsWith(prefix, StringComparison.Ordinal)).ToList();
        return types.Count == 0 ? null : types;
    }

    /// <summary><c>500</c> or <c>5xx</c>; null when it is neither.</summary>
    public static (int From, int To)? ParseResponseStatus(string text)
    {
        if (text.Length != 3 || text[0] is < '1' or > '9')
            return null;
        if (text.EndsWith("xx", StringComparison.OrdinalIgnoreCase))
            return ((text[0] - '0') * 100, ((text[0] - '0') * 100) + 99);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? (code, code) : null;
    }
}
