using System.Net;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Providers.Tests;

/// <summary>Requests and verdicts, said briefly.</summary>
internal static class MessagingRequests
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public static CallbackRequest Get(string url) => Request("GET", url, "", []);

    public static CallbackRequest Post(string body, params (string Name, string Value)[] headers) => Request("POST", "https://hooks.example.com/x", body, headers);

    public static CallbackRequest From(this CallbackRequest request, string address) => request with { RemoteAddress = IPAddress.Parse(address) };

    public static Verification Verify(this IProvider provider, CallbackRequest request, ProviderCredentials credentials) =>
        provider.VerifyAsync(request, new CallbackContext { Credentials = credentials, Now = Now }, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public static IEnumerable<string> Faults(this IProvider provider, ProviderCredentials credentials) => provider.CheckCredentials(credentials).Select(fault => fault.Key);

    private static CallbackRequest Request(string method, string url, string body, (string Name, string Value)[] headers) => new()
    {
        Method = method,
        Url = url,
        Route = "",
        Headers = headers.ToDictionary(h => h.Name, h => new StringValues(h.Value), StringComparer.OrdinalIgnoreCase),
        Body = Encoding.UTF8.GetBytes(body),
    };
}
