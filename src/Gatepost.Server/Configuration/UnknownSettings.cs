using System.Collections;

namespace Gatepost.Server.Configuration;

/// <summary>Settings under <c>Gatepost</c> that no option reads: misspelled, most likely.</summary>
/// <param name="Names">As they are set in the environment.</param>
internal sealed record UnknownSettings(IReadOnlyList<string> Names)
{
    /// <param name="options">Every options class and the path of its section.</param>
    public static UnknownSettings Find(IConfigurationSection root, IEnumerable<(Type Type, string Path)> options)
    {
        var properties = options.SelectMany(o => o.Type.GetProperties().Where(p => p.CanWrite), (o, p) => (Path: $"{o.Path}:{p.Name}", IsList: IsList(p.PropertyType))).ToList();
        return new([.. root.AsEnumerable()
            .Where(setting => setting.Value is not null && !properties.Exists(p => Reads(p.Path, p.IsList, setting.Key)))
            .Select(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]);
    }

    // A list reads its entries, and not a value of its own.
    private static bool Reads(string path, bool isList, string key) => isList
        ? key.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase)
        : key.Equals(path, StringComparison.OrdinalIgnoreCase);

    private static bool IsList(Type type) => type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type);
}
