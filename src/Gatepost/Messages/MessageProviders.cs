using Gatepost.Providers;

namespace Gatepost.Messages;

/// <summary>Who messages can be sent with: every provider that tells what became of them.</summary>
internal static class MessageProviders
{
    private const string InboundOnly = "inbound-email";

    public static IReadOnlyList<string> All { get; } =
        [.. ProviderCatalog.All.Where(p => p.Routes.Any(route => route != InboundOnly)).Select(p => p.Name).Append("generic").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public static string AllNames { get; } = string.Join(", ", All);
}
