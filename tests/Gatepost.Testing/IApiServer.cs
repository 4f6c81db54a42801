using System.Net.Http.Headers;
using System.Text;

namespace Gatepost.Testing;

/// <summary>A running server, in this process or in one of its own.</summary>
internal interface IApiServer
{
    /// <param name="request">With a path, not a whole URL: the address may change with a restart.</param>
    /// <exception cref="HttpRequestException">There was no answer.</exception>
    Task<ApiAnswer> SendAsync(HttpRequestMessage request);
}

internal static class ApiServers
{
    public static async Task<ApiAnswer> SendAsync(
        this IApiServer server, HttpMethod method, string path, string? key, string? body, IReadOnlyDictionary<string, string>? headers = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers ?? new Dictionary<string, string>(StringComparer.Ordinal))
            request.Headers.TryAddWithoutValidation(name, value);
        return await server.SendAsync(request);
    }

    /// <summary>Makes an organization with a key of its own.</summary>
    public static async Task<ApiUser> NewOrganizationAsync(this IApiServer server, string name = "Acme")
    {
        var instance = new ApiUser(server, GatepostHost.InstanceKey, Guid.Empty);
        var organization = (await instance.PostAsync("/v1/organizations", new { name })).Id;
        var key = (string)(await instance.PostAsync($"/v1/organizations/{organization}/api-keys", new { name = "tests" })).Json!["key"]!;
        return new ApiUser(server, key, organization);
    }

    public static async Task<ApiAnswer> SendAsync(this HttpClient client, Uri address, HttpRequestMessage request)
    {
        request.RequestUri = new Uri(address, request.RequestUri!);
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new ApiAnswer((int)response.StatusCode, text, response.Content.Headers.ContentType?.MediaType, response.Headers.RetryAfter?.ToString());
    }
}
