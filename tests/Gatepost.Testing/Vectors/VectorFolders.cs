using System.Runtime.CompilerServices;

namespace Gatepost.Testing.Vectors;

/// <summary>Where the vectors are: <c>GATEPOST_VECTORS</c>, or the project's own.</summary>
internal static class VectorFolders
{
    public static string[] All() =>
        Environment.GetEnvironmentVariable("GATEPOST_VECTORS") is { Length: > 0 } folders
            ? folders.Split(Path.PathSeparator)
            : [Own];

    /// <summary>What is of one kind in all folders; the project's own where they hold none of it.</summary>
    /// <param name="below">Finds it below a folder.</param>
    public static IReadOnlyList<T> Find<T>(Func<string, IEnumerable<T>> below) =>
        All().SelectMany(below).ToList() is { Count: > 0 } found ? found : [.. below(Own)];

    /// <summary>The project's own vectors, whatever else is tested.</summary>
    public static string Own { get; } = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "vectors");

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
