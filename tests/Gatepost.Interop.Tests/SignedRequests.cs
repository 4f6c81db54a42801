using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gatepost.Providers;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Interop.Tests;

/// <summary>Requests of providers, and what our own providers say of them.</summary>
internal static class SignedRequests
{
    public const string Secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
    public const string Form = "application/x-www-form-urlencoded";

    public static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    public static readonly ProviderCredentials Credentials = new() { Secrets = [Secret], ApiKey = "a1b2c3d4" };

    public static CallbackRequest Post(string url, string body, params (string Name, string Value)[] headers) => new()
    {
        Method = "POST",
        Url = url,
        Route = "",
        Headers = headers.ToDictionary(h => h.Name, h => new StringValues(h.Value), StringComparer.OrdinalIgnoreCase),
        Body = Encoding.UTF8.GetBytes(body),
    };

    public static CallbackRequest WithBody(this CallbackRequest request, string body) => request with { Body = Encoding.UTF8.GetBytes(body) };

    public static string Text(this CallbackRequest request) => Encoding.UTF8.GetString(request.Body.Span);

    /// <summary>The verdict of Gatepost.Providers.</summary>
    public static async Task<bool> IsValidAsync(string account, string route, CallbackRequest request, ProviderCredentials? credentials = null, string? certificate = null)
    {
        var context = new CallbackContext { Credentials = credentials ?? Credentials, Now = Now, Certificates = certificate is null ? null : new OneCertificate(certificate) };
        return (await ProviderCatalog.Find(account, route)!.VerifyAsync(request, context, CancellationToken.None)).IsValid;
    }

    private sealed class OneCertificate(string pem) : ICertificateSource
    {
        public ValueTask<X509Certificate2?> GetAsync(Uri url, CancellationToken cancellation) => ValueTask.FromResult<X509Certificate2?>(X509Certificate2.CreateFromPem(pem));
    }
}
