using System.Text.RegularExpressions;

namespace Gatepost.Server.Tests;

/// <summary>Relative links of the pages lead to a file that exists, and to a heading of it where they name one.</summary>
public sealed partial class PageLinkTests
{
    public static TheoryData<string> All => [.. Directory.EnumerateFiles(Pages.Root, "*.md")
        .Concat(Directory.EnumerateFiles(Pages.Find("docs"), "*.md", SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(Pages.Root, path).Replace('\\', '/'))];

    [Theory]
    [MemberData(nameof(All))]
    public void Links_OfAPage_Resolve(string page)
    {
        var folder = Path.GetDirectoryName(Pages.Find(page))!;

        var broken = Link().Matches(WithoutCode(File.ReadAllText(Pages.Find(page)))).Select(m => m.Groups[1].Value)
            .Where(link => !link.Contains(':', StringComparison.Ordinal) && !Resolves(link, folder, page));

        broken.ShouldBeEmpty();
    }

    private static bool Resolves(string link, string folder, string page)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? Pages.Find(page) : Path.GetFullPath(Path.Combine(folder, parts[0]));
        if (!target.StartsWith(Pages.Root, StringComparison.Ordinal) || !Path.Exists(target))
            return false;
        return parts.Length == 1 || Heading().Matches(WithoutCode(File.ReadAllText(target))).Any(h => Anchor(h.Groups[1].Value) == parts[1]);
    }

    // As GitHub and most others make them.
    private static string Anchor(string heading) =>
        NotInAnchors().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    private static string WithoutCode(string text) => Fence().Replace(text, "");

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
