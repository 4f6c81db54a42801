using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatepost.Signing.Tests;

/// <summary>The C# of the documentation, compiled. What stands between the lines of dashes is what the page shows.</summary>
internal static class CSharpSnippet
{
    public static void Map(WebApplication app, string[] secrets, Action<byte[], string?> received)
    {
        // ---
        var verifier = new WebhookVerifier(secrets); // the current secret; while you rotate, the old one too

        app.MapPost("/hook", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);

            var result = verifier.Verify(body.ToArray(), request.Headers[WebhookSignature.Header]);
            if (!result.IsValid)
                return Results.Problem(result.Reason, statusCode: 401);

            received(body.ToArray(), request.Headers[WebhookSignature.DeliveryHeader]);
            return Results.NoContent();
        });
        // ---
    }
}
