using System.CommandLine;
using Gatepost.Server.Hosting;
using Gatepost.Server.OpenApi;

namespace Gatepost.Server.Commands;

/// <summary><c>gatepost openapi</c>: prints the document of a server with default settings; docs/openapi.json holds it.</summary>
internal static class OpenApiCommand
{
    public static Command Make()
    {
        var command = new Command("openapi", "Print the OpenAPI document. Touches no file and no database.");
        command.SetAction(async (_, cancellation) => await Console.Out.WriteAsync(await RenderAsync(cancellation)));
        return command;
    }

    /// <summary>The server is put together and never started: it is the start that opens the database.</summary>
    public static async Task<string> RenderAsync(CancellationToken cancellation)
    {
        // No file and no variable of this machine may change what is printed.
        await using var app = GatepostServer.Create([], builder => builder.Configuration.Sources.Clear());
        // Routes join the service that the document asks for them when the pipeline is built: here nothing else would build it.
        ((IApplicationBuilder)app).UseEndpoints(_ => { });
        return await ApiDocument.RenderAsync(app.Services, cancellation);
    }
}
