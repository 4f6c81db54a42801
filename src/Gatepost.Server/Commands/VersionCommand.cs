using System.CommandLine;

namespace Gatepost.Server.Commands;

internal static class VersionCommand
{
    public static Command Make()
    {
        var command = new Command("version", "Print the version.");
        command.SetAction(_ => Console.WriteLine(typeof(VersionCommand).Assembly.GetName().Version!.ToString(3)));
        return command;
    }
}
