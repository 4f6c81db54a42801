using System.Globalization;
using System.Text;
using Gatepost.Storage.Moves;

namespace Gatepost.Server.Commands;

/// <summary>What a move came to, and how to go on.</summary>
internal static class MoveReport
{
    private const int ChecksumDigits = 16;
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Render(MoveRequest request, MoveResult result)
    {
        if (result.FinishedAt is { } finished)
            return string.Create(Culture, $"Everything was moved to {result.Place} by {finished:u}; nothing was done. --verify-only compares again.");
        return RenderTables(result) + (result, request.VerifyOnly) switch
        {
            ({ IsEqual: false }, _) => Differs(request),
            (_, true) => "\nThe target holds what the file holds.",
            _ => Next(request, result),
        };
    }

    private static string RenderTables(MoveResult result)
    {
        var text = new StringBuilder();
        var width = result.Tables.Max(t => t.Table.Length);
        text.AppendLine(Culture, $"{"table".PadRight(width)}  {"in the file",14}  {"in the target",14}  checksum");
        foreach (var table in result.Tables)
        {
            var verdict = table.IsEqual ? "equal" : $"DIFFERS from {table.TargetChecksum[^ChecksumDigits..]}";
            text.AppendLine(Culture, $"{table.Table.PadRight(width)}  {table.RowsInFile,14:n0}  {table.RowsInTarget,14:n0}  {table.SourceChecksum[^ChecksumDigits..]} {verdict}");
        }

        return text.ToString();
    }

    private static string Differs(MoveRequest request) =>
        request.VerifyOnly
            ? "\nThe two differ. That is so as soon as a server has run on either of them; before that, move into an empty database."
            : "\nThe two differ: do not start a server on the target. Move into an empty database, and report this.";

    private static string Next(MoveRequest request, MoveResult result)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(request.From));
        return string.Create(
            Culture,
            $"""

            {result.Tables.Sum(t => t.RowsInTarget):n0} rows are in {result.Place}, {result.CopiedRows:n0} of them from this run. To go on there, set

                Gatepost__Storage__Provider=postgres
                Gatepost__Storage__ConnectionString=<what --to was>
                Gatepost__MasterKeys__0=<the content of {folder}/master.key>

            on every node; keys that are set already stay as they are. Without them no stored secret can be read: make no new one. The first node
            keeps its DataDirectory. Start no server on the file again: it would send everything that waits a second time.
            """);
    }
}
