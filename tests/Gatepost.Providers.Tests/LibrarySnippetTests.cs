using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Gatepost.Providers.Tests;

public sealed class LibrarySnippetTests
{
    private const string Start =
        """
        using System.Collections.Concurrent;
        using Gatepost.Providers;
        using Gatepost.Providers.AspNetCore;

        var app = WebApplication.CreateBuilder(args).Build();
        var authToken = Environment.GetEnvironmentVariable("TWILIO_AUTH_TOKEN")!;


        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Page_Program_IsWhatIsCompiled()
    {
        var compiled = File.ReadAllText(Beside("LibrarySnippet.cs")).Split("        // ---\n")[1].TrimEnd().Split('\n').Select(l => l.Length > 8 ? l[8..] : "");

        var shown = File.ReadAllText(Beside("../../docs/providers/library.md")).Split("```csharp\n")[1].Split("```")[0];

        shown.ShouldBe($"{Start}{string.Join('\n', compiled)}\n\napp.Run();\n");
    }

    [Theory]
    [InlineData("delivered", HttpStatusCode.OK, """[{"providerMessageId":"SM1","status":"Delivered","text":null}]""")]
    [InlineData("read", HttpStatusCode.Forbidden, "[]")]
    public async Task Program_OfThePage_TakesSignedCallbacksOnly(string sent, HttpStatusCode status, string kept)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        LibrarySnippet.Map(app, "the token");
        await app.StartAsync(Token);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var content = new FormUrlEncodedContent([new("MessageSid", "SM1"), new("MessageStatus", sent)]);
        content.Headers.Add("X-Twilio-Signature", Sign("https://example.com/hooks/3kTq9ZfW7uYx2mLd/sms" + "MessageSidSM1" + "MessageStatusdelivered"));

        using var answer = await client.PostAsync("/hooks/3kTq9ZfW7uYx2mLd/sms", content, Token);

        answer.StatusCode.ShouldBe(status);
        (await client.GetStringAsync("/messages", Token)).ShouldBe(kept);
    }

#pragma warning disable CA5350 // Twilio's choice
    private static string Sign(string text) => Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes("the token"), Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350

    private static string Beside(string path, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, path);
}
