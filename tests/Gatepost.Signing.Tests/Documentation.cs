using System.Runtime.CompilerServices;

namespace Gatepost.Signing.Tests;

/// <summary>docs/verifying-signatures.md and the code in it.</summary>
internal static class Documentation
{
    private static readonly Lazy<string> Text = new(() => File.ReadAllText(Path.Combine(Folder(), "../../docs/verifying-signatures.md")).ReplaceLineEndings("\n"));

    /// <summary>The one block of a language.</summary>
    public static string Snippet(string language)
    {
        var start = Text.Value.IndexOf($"\n```{language}\n", StringComparison.Ordinal) + language.Length + 5;
        return Text.Value[start..Text.Value.IndexOf("\n```\n", start, StringComparison.Ordinal)];
    }

    public static string Source(string file) => File.ReadAllText(Path.Combine(Folder(), file)).ReplaceLineEndings("\n");

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
