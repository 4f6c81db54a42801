using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatepost.Testing;

/// <summary>Somebody with a key, and what they would do.</summary>
internal sealed class ApiUser(GatepostHost host, string key, Guid organizationId)
{
    public const string Secret = "a-secret-of-the-tests";

    public string Key => key;

    public Guid OrganizationId => organizationId;

    public Task<ApiAnswer> GetAsync(string path) => host.SendAsync(HttpMethod.Get, path, key, null);

    public Task<ApiAnswer> PostAsync(string path, object? body = null, string? idempotencyKey = null) =>
        host.SendAsync(HttpMethod.Post, path, key, Text(body), idempotencyKey is null ? null : new Dictionary<string, string>(StringComparer.Ordinal) { ["Idempotency-Key"] = idempotencyKey });

    public Task<ApiAnswer> PatchAsync(string path, object body) => host.SendAsync(HttpMethod.Patch, path, key, Text(body));

    public Task<ApiAnswer> PutAsync(string path, object body) => host.SendAsync(HttpMethod.Put, path, key, Text(body));

    public Task<ApiAnswer> DeleteAsync(string path) => host.SendAsync(HttpMethod.Delete, path, key, null);

    /// <summary>A ticket webhook for every ticket event, unless said otherwise.</summary>
    public async Task<Guid> NewTicketWebhookAsync(Uri url, object? extra = null)
    {
        var body = JsonSerializer.SerializeToNode(new { name = "Tests", url = url.AbsoluteUri, secret = Secret, events = new[] { "ticket.created" } })!.AsObject();
        foreach (var (name, value) in extra is null ? [] : JsonSerializer.SerializeToNode(extra)!.AsObject())
            body[name] = value?.DeepClone();
        var answer = await PostAsync("/v1/ticket-webhooks", body);
        return answer.Status == 201 ? answer.Id : throw new InvalidOperationException(answer.Text);
    }

    public async Task<Guid> NewTicketAsync(string subject = "The printer is on fire") =>
        (await PostAsync("/v1/tickets", new { subject, requester = new { email = "ada@example.com" } })).Id;

    public async Task<Guid> NewSurveyAsync() => (await PostAsync(
        "/v1/surveys", new { title = "How did we do?", questions = new[] { new { id = "score", type = "nps", title = "Would you recommend us?" } } })).Id;

    /// <summary>The deliveries of a webhook, newest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> DeliveriesAsync(Guid webhookId) => [.. (await GetAsync($"/v1/deliveries?webhookId={webhookId}")).Data.Select(d => d!)];

    public async Task<JsonNode> DeliveryAsync(Guid id) => (await GetAsync($"/v1/deliveries/{id}")).Json!;

    public async Task<JsonNode> WebhookAsync(Guid id) => (await GetAsync($"/v1/ticket-webhooks/{id}")).Json!;

    private static string? Text(object? body) => body switch
    {
        null => null,
        string text => text,
        JsonNode json => json.ToJsonString(),
        _ => JsonSerializer.Serialize(body),
    };
}
