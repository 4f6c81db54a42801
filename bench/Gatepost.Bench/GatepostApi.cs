using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gatepost.Bench;

/// <summary>What an operator does before events flow: organizations, keys, webhooks.</summary>
internal sealed class GatepostApi(ServerSettings settings) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = new Uri($"http://{settings.Address}") };

    /// <returns>The key of a new organization.</returns>
    public async Task<string> AddOrganizationAsync(string name, CancellationToken cancellation)
    {
        var organization = await SendAsync(HttpMethod.Post, "/v1/organizations", settings.InstanceKey, new { name }, cancellation);
        var id = organization.GetProperty("id").GetGuid();
        var key = await SendAsync(HttpMethod.Post, $"/v1/organizations/{id}/api-keys", settings.InstanceKey, new { name = "benchmark" }, cancellation);
        return key.GetProperty("key").GetString()!;
    }

    /// <returns>Its id.</returns>
    public async Task<Guid> AddWebhookAsync(string key, string url, int[]? retryPolicy, CancellationToken cancellation)
    {
        var webhook = new Dictionary<string, object?>
        {
            ["name"] = url,
            ["url"] = url,
            ["events"] = new[] { "ticket.created" },
            ["secret"] = Receiver.Secret,
        };
        if (retryPolicy is not null)
            webhook["retryPolicy"] = retryPolicy;
        var made = await SendAsync(HttpMethod.Post, "/v1/ticket-webhooks", key, webhook, cancellation);
        return made.GetProperty("id").GetGuid();
    }

    /// <returns>The callback URL of a new account.</returns>
    public async Task<string> AddProviderAccountAsync(
        string key, string provider, string route, IReadOnlyDictionary<string, object?> details, CancellationToken cancellation)
    {
        var body = new Dictionary<string, object?>(details) { ["provider"] = provider, ["name"] = "benchmark" };
        var account = await SendAsync(HttpMethod.Post, "/v1/provider-accounts", key, body, cancellation);
        return account.GetProperty("callbackUrls").GetProperty(route).GetString()!;
    }

    /// <summary>How many callbacks the inbox shows in a state, up to one page of 200.</summary>
    public async Task<int> CountCallbacksAsync(string key, string status, CancellationToken cancellation)
    {
        var page = await SendAsync(HttpMethod.Get, $"/v1/callbacks?limit=200&status={status}", key, null, cancellation);
        return page.GetProperty("data").GetArrayLength();
    }

    /// <summary>How many deliveries the server shows in a state, up to one page of 200.</summary>
    public async Task<int> CountDeliveriesAsync(string key, string status, CancellationToken cancellation)
    {
        var page = await SendAsync(HttpMethod.Get, $"/v1/deliveries?limit=200&status={status}", key, null, cancellation);
        return page.GetProperty("data").GetArrayLength();
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, string key, object? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await http.SendAsync(request, cancellation);
        var text = await response.Content.ReadAsStringAsync(cancellation);
        return response.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement.Clone()
            : throw new InvalidOperationException($"{method} {path} was answered {(int)response.StatusCode}: {text}");
    }
}
