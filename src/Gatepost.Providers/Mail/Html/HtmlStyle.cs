using System.Text.RegularExpressions;

namespace Gatepost.Providers.Mail.Html;

/// <summary>Keeps the declarations of a style attribute that can neither load, cover nor hide anything.</summary>
internal static partial class HtmlStyle
{
    private const int MostCharacters = 2000;

    public static string Filter(string style)
    {
        if (style.Length > MostCharacters)
            return "";
        var kept = from declaration in style.Split(';')
                   let colon = declaration.IndexOf(':', StringComparison.Ordinal)
                   where colon > 0
                   let name = declaration[..colon].Trim().ToLowerInvariant()
                   let value = declaration[(colon + 1)..].Trim()
                   where AllowedHtml.Styles.Contains(name) && PlainValue().IsMatch(value)
                   select $"{name}:{value}";
        return string.Join(';', kept);
    }

    /// <summary>Words, numbers, colours: no functions but colours', no escapes.</summary>
    [GeneratedRegex(@"^(?:[\w\s#%.,'""!-]|rgba?\([\d\s.,%]{1,40}\)|hsla?\([\d\s.,%]{1,40}\)){1,200}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PlainValue();
}
