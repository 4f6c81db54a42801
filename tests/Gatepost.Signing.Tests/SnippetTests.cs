using System.Diagnostics;
using System.Text;

namespace Gatepost.Signing.Tests;

/// <summary>Runs the page's code in every language whose interpreter is on the PATH.</summary>
public sealed class SnippetTests : IDisposable
{
    private const string Secret = "schlüssel mit Ümläuten \U0001F511";
    private const string Other = "another secret of 16+";
    private static readonly byte[] Body = """{"subject":"Grüße"}"""u8.ToArray();
    private readonly string folder = Directory.CreateTempSubdirectory("gatepost-").FullName;

    // Language, what runs it, the file of the snippet, and a few lines that read the body from stdin and the header and secrets from the arguments.
    private static readonly Dictionary<string, Runner> Runners = new()
    {
        ["python"] = new("python3", ["main.py"], "snippet.py", "main.py",
            """
            import sys
            from snippet import is_valid
            print(is_valid(sys.stdin.buffer.read(), sys.argv[1] or None, sys.argv[2:]))
            """),
        ["js"] = new("node", ["main.js"], "snippet.js", "main.js",
            """
            const fs = require("node:fs");
            eval(fs.readFileSync("snippet.js", "utf8") + "\nglobalThis.isValid = isValid;");
            console.log(isValid(fs.readFileSync(0), process.argv[2] || undefined, process.argv.slice(3)));
            """),
        ["go"] = new("go", ["run", "snippet.go", "main.go"], "snippet.go", "main.go",
            """
            package main

            import (
            	"fmt"
            	"io"
            	"os"
            )

            func main() {
            	body, _ := io.ReadAll(os.Stdin)
            	fmt.Println(isValid(body, os.Args[1], os.Args[2:]))
            }
            """),
        ["ruby"] = new("ruby", ["-E", "UTF-8", "main.rb"], "snippet.rb", "main.rb",
            """
            require_relative "snippet"
            puts valid_signature?($stdin.binmode.read, ARGV[0].empty? ? nil : ARGV[0], ARGV[1..])
            """),
        ["php"] = new("php", ["main.php"], "snippet.php", "main.php",
            """
            <?php
            require __DIR__ . '/snippet.php';
            echo is_valid_signature(stream_get_contents(STDIN), $argv[1] === '' ? null : $argv[1], array_slice($argv, 2)) ? 'true' : 'false';
            """),
    };

    public static TheoryData<string> Languages => [.. Runners.Keys];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Snippet_OfThePage_TellsGoodFromBad(string language)
    {
        var runner = Runners[language];
        Assert.SkipUnless(IsOnPath(runner.Program), $"{runner.Program} is not on the PATH; the {language} snippet was not run.");
        await File.WriteAllTextAsync(Path.Combine(folder, runner.SnippetFile), Documentation.Snippet(language));
        await File.WriteAllTextAsync(Path.Combine(folder, runner.MainFile), runner.Main);
        var signature = WebhookSignature.Sign(Body, Secret);

        (await RunAsync(runner, signature, Secret)).ShouldBe("true");
        (await RunAsync(runner, signature, Other, Secret)).ShouldBe("true", "the old secret while rotating");
        (await RunAsync(runner, signature, Other)).ShouldBe("false");
        (await RunAsync(runner, WebhookSignature.Sign([.. Body, (byte)' '], Secret), Secret)).ShouldBe("false", "another body");
        (await RunAsync(runner, "", Secret)).ShouldBe("false", "no header");
        (await RunAsync(runner, "sha256=grüße", Secret)).ShouldBe("false", "no hex");
        (await RunAsync(runner, signature[..^1], Secret)).ShouldBe("false", "cut off");
    }

    private async Task<string> RunAsync(Runner runner, string header, params string[] secrets)
    {
        using var process = Process.Start(new ProcessStartInfo(runner.Program, [.. runner.Arguments, header, .. secrets])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        await process.StandardInput.BaseStream.WriteAsync(Body, TestContext.Current.CancellationToken);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, await errors);
        return output.Trim().ToLowerInvariant();
    }

    private static bool IsOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe")));

    private sealed record Runner(string Program, string[] Arguments, string SnippetFile, string MainFile, string Main);
}
