using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace Gatepost.Server.OpenApi;

/// <summary>The browsable reference. Its script is part of this program, so that it works without the internet.</summary>
internal static class ReferencePage
{
    private const int NonceDigits = 32;

    /// <param name="document">The path of the OpenAPI document.</param>
    public static void MapReferencePage(this IEndpointRouteBuilder app, string path, string document) =>
        app.MapScalarApiReference(path, (options, context) =>
        {
            var nonce = RandomNumberGenerator.GetHexString(NonceDigits, lowercase: true);
            Protect(context.Response, nonce);
            options
                .WithTitle("Gatepost API")
                .WithOpenApiRoutePattern(document)
                .WithNonce(nonce)
                .WithDynamicBaseServerUrl()
                .WithDefaultHttpClient(ScalarTarget.Shell, ScalarClient.Curl)
                .DisableDefaultFonts()
                .DisableTelemetry()
                .DisableAgent()
                .DisableMcp()
                .HideDeveloperTools()
                .HideClientButton();
        });

    // Whatever the script would fetch from elsewhere, the browser does not: keys are typed into this page.
    private static void Protect(HttpResponse response, string nonce)
    {
        response.Headers.ContentSecurityPolicy =
            $"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
            + "frame-ancestors 'none'; base-uri 'none'; object-src 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }
}
