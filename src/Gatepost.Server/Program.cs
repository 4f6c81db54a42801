using System.CommandLine;
using Gatepost.Server.Commands;

var root = new RootCommand("Gatepost: webhooks out, callbacks in.") { ServeCommand.Make(), OpenApiCommand.Make(), VersionCommand.Make() };
root.TreatUnmatchedTokensAsErrors = false;
root.SetAction((parse, cancellation) => ServeCommand.RunAsync([.. parse.UnmatchedTokens], cancellation));
return await root.Parse(args).InvokeAsync();
