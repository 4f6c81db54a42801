using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatepost.Testing;

/// <summary>Somebody with a key, and what they would do.</summary>
internal sealed class ApiUser(IApiServer server, string key, Guid organizationId)
{
    public const string Secret = "a-secret-of-the-tests";

    public string Key => key;

    public Guid OrganizationId => organizationId;

    /// <summary>The same with another node.</summary>
    public ApiUser On(IApiServer other) => new(other, key, organizationId);

    public Task<ApiAnswer> GetAsync(string path) => server.SendAsync(HttpMethod.Get, path, key, null);

    public Task<ApiAnswer> PostAsync(string path, object? body = null, string? idempotencyKey = null) =>
        server.SendAsync(HttpMethod.Post, path, key, Text(body), idempotencyKey is null ? null : new Dictionary<string, string>(StringComparer.Ordinal) { ["Idempotency-Key"] = idempotencyKey });

    public Task<ApiAnswer> PatchAsync(string path, object body) => server.SendAsync(HttpMethod.Patch, path, key, Text(body));

    public Task<ApiAnswer> PutAsync(string path, object body) => server.SendAsync(HttpMethod.Put, path, key, Text(body));

    public Task<ApiAnswer> DeleteAsync(string path) => server.SendAsync(HttpMethod.Delete, path, key, null);

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

    /// <summary>Registers what was sent.</summary>
    public async Task<Guid> NewMessageAsync(string channel, string provider, string providerMessageId, string to, Guid? ticketId = null)
    {
        var answer = await PostAsync("/v1/messages", new { channel, provider, providerMessageId, to, ticketId });
        return answer.Status == 201 ? answer.Id : throw new InvalidOperationException(answer.Text);
    }

    /// <summary>With its status and everything that was heard of it.</summary>
    public async Task<JsonNode> MessageAsync(Guid id) => (await GetAsync($"/v1/messages/{id}")).Json!;

    /// <summary>What is on a ticket, newest first.</summary>
    public Task<IReadOnlyList<JsonNode>> TicketMessagesAsync(Guid ticketId) => AllAsync($"/v1/tickets/{ticketId}/messages");

    /// <summary>The inbox, newest first, once it holds so many and all are processed.</summary>
    public Task<IReadOnlyList<JsonNode>> ProcessedCallbacksAsync(int count) =>
        Eventually.GetAsync(() => AllAsync("/v1/callbacks"), all => all.Count >= count && all.All(c => (string)c["status"]! != "received"));

    public async Task<Guid> NewSurveyAsync() => (await PostAsync(
        "/v1/surveys", new { title = "How did we do?", questions = new[] { new { id = "score", type = "nps", title = "Would you recommend us?" } } })).Id;

    /// <summary>The whole of a list, page by page, newest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> AllAsync(string path)
    {
        var (all, cursor) = (new List<JsonNode>(), "");
        while (cursor is not null)
        {
            var page = await GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=200{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}");
            all.AddRange(page.Data.Select(d => d!));
            cursor = (string?)page.Json!["nextCursor"];
        }

        return all;
    }

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
