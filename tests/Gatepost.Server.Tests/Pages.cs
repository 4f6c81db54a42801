namespace Gatepost.Server.Tests;

/// <summary>The project's own files, as they are in the working copy.</summary>
internal static class Pages
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string Find(string path) => Path.Combine(Root, path);

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Gatepost.slnx")) ? folder : FindRoot(Path.GetDirectoryName(folder)!);
}
