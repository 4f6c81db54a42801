using System.Collections.Concurrent;
using Gatepost.Providers.AspNetCore;
using Microsoft.AspNetCore.Builder;

namespace Gatepost.Providers.Tests;

/// <summary>The program of docs/providers/library.md, compiled. What stands between the lines of dashes is what the page shows.</summary>
internal static class LibrarySnippet
{
    public static void Map(WebApplication app, string authToken)
    {
        // ---
        // The URL exactly as typed at Twilio, which signs it. The long segment is there for nobody to guess.
        var account = new ProviderCallbackAccount(new ProviderCredentials { Secrets = [authToken] }, "https://example.com/hooks/3kTq9ZfW7uYx2mLd/sms");
        var inbox = new ConcurrentDictionary<string, CallbackEvent>(); // stands for your database

        app.MapProviderCallback(
            "/hooks/3kTq9ZfW7uYx2mLd/sms",
            ProviderCatalog.Find("twilio", "twilio/sms")!,
            _ => ValueTask.FromResult<ProviderCallbackAccount?>(account),
            (callback, _) =>
            {
                // Only what is authentic comes here. Equal keys are the same event, come again.
                foreach (var e in callback.Parsed.Events)
                    inbox.TryAdd(e.DedupKey, e);
                return Task.FromResult(CallbackReceipt.Stored);
            });

        app.MapGet("/messages", () => inbox.Values.Select(e => new { e.ProviderMessageId, Status = e.Status?.ToString(), e.Text }));
        // ---
    }
}
