using System.Collections;
using System.ComponentModel;

namespace Gatepost.Server.Configuration;

/// <summary>
/// Finds settings that cannot be read as what their property is. The binder stops at the first of them, and leaves such entries
/// out of a list without a word.
/// </summary>
internal static class SettingTypes
{
    /// <returns>Each setting of the section that cannot be read, and what is wrong with it.</returns>
    public static IReadOnlyList<(IConfigurationSection Setting, string Fault)> FindUnreadable<T>(IConfigurationSection section) =>
        [.. typeof(T).GetProperties().Where(p => p.CanWrite).SelectMany(p => Unreadable(section.GetSection(p.Name), p.PropertyType))];

    private static IEnumerable<(IConfigurationSection Setting, string Fault)> Unreadable(IConfigurationSection setting, Type type)
    {
        if (type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type))
            return setting.GetChildren().SelectMany(child => Unreadable(child, type.GetGenericArguments()[0]));
        var value = Nullable.GetUnderlyingType(type) ?? type;
        return setting.Value is not { } text || CanRead(text, value, type) ? [] : [(setting, $"{KeyOf(setting)} '{text}' must be {Name(value)}.")];
    }

    private static bool CanRead(string text, Type value, Type declared)
    {
        if (text.Length == 0)
            return declared == typeof(string) || declared != value;
        // The converter of an enum minds the case, the binder does not.
        return value.IsEnum ? Enum.GetNames(value).Contains(text, StringComparer.OrdinalIgnoreCase) : TypeDescriptor.GetConverter(value).IsValid(text);
    }

    /// <summary>The key as it is set in the environment.</summary>
    private static string KeyOf(IConfigurationSection setting) => setting.Path.Replace(":", "__", StringComparison.Ordinal);

    private static string Name(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) => "a whole number",
        { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type).Select(n => n.ToLowerInvariant()))}",
        _ => $"a {type.Name}",
    };
}
