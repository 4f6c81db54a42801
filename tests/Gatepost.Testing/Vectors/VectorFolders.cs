using System.Runtime.CompilerServices;

namespace Gatepost.Testing.Vectors;

/// <summary>Where the vectors are: <c>GATEPOST_VECTORS</c>, or the project's own.</summary>
internal static class VectorFolders
{
    public static string[] All() =>
        Environment.GetEnvironmentVariable("GATEPOST_VECTORS") is { Length: > 0 } folders
            ? folders.Split(Path.PathSeparator)
            : [Own];

    /// <summary>The project's own vectors, whatever else is tested.</summary>
    public static string Own { get; } = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "vectors");

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
