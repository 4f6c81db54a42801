using System.CommandLine;
using Gatepost.Server.Commands;

var root = new RootCommand("Gatepost: webhooks out, callbacks in.")
{
    ServeCommand.Make(), MigrateStorageCommand.Make(), OpenApiCommand.Make(), VersionCommand.Make(),
};
root.TreatUnmatchedTokensAsErrors = false;
root.SetAction((parse, cancellation) => ServeCommand.RunAsync([.. parse.UnmatchedTokens], cancellation));
// The host handles the signals: attempts in flight get longer to finish than the parser would give.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
