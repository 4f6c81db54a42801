using System.CommandLine;
using Gatepost.Storage;
using Gatepost.Storage.Moves;

namespace Gatepost.Server.Commands;

/// <summary><c>gatepost migrate-storage</c>: everything from the SQLite file to PostgreSQL. What it came to is on standard output, how far it is on the error output.</summary>
internal static class MigrateStorageCommand
{
    private static readonly Option<string> From = new("--from") { Description = "the SQLite file, such as data/gatepost.db", Required = true };
    private static readonly Option<string> To = new("--to") { Description = "the PostgreSQL database, such as \"Host=db;Username=gatepost;Database=gatepost\"; PGPASSWORD and PGPASSFILE count", Required = true };
    private static readonly Option<bool> VerifyOnly = new("--verify-only") { Description = "compare what was moved; write nothing" };
    private static readonly Option<int?> BatchRows = new("--batch-rows") { Hidden = true };

    public static Command Make()
    {
        var command = new Command("migrate-storage", "Move everything from a SQLite file to PostgreSQL. Stop the server first. Killed, it goes on when it is run again.")
        {
            From, To, VerifyOnly, BatchRows,
        };
        command.SetAction((parse, cancellation) =>
        {
            var request = new MoveRequest { From = parse.GetRequiredValue(From), To = parse.GetRequiredValue(To), VerifyOnly = parse.GetValue(VerifyOnly) };
            return RunAsync(request with { BatchRows = parse.GetValue(BatchRows) ?? request.BatchRows }, cancellation);
        });
        return command;
    }

    /// <returns>0 when the target holds what the file holds; 1 when it was refused, failed, or something differs.</returns>
    private static async Task<int> RunAsync(MoveRequest request, CancellationToken cancellation)
    {
        try
        {
            var result = await MoveProgressBar.ShowAsync(progress => StorageMove.RunAsync(request, progress, TimeProvider.System, cancellation));
            await Console.Out.WriteLineAsync(MoveReport.Render(request, result));
            return result.IsEqual ? 0 : 1;
        }
        catch (StorageUnavailableException e)
        {
            await Console.Error.WriteLineAsync($"The storage was not moved: {e.Message}");
            return 1;
        }
    }
}
