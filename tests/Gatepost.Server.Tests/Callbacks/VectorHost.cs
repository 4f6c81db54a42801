using System.Text.Json;
using System.Text.Json.Nodes;
using Gatepost.Providers;
using Gatepost.Testing;
using Gatepost.Testing.Vectors;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>One server for all vectors, whose clock can be each vector's.</summary>
public sealed class VectorHost : IAsyncLifetime
{
    private static readonly DateTimeOffset NoTimeRule = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private readonly SettableClock clock = new(NoTimeRule);
    private GatepostHost host = null!;

    internal ApiUser User { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        // Vectors of address rules say who calls by what a trusted proxy says.
        host = await GatepostHost.StartAsync(clock, new Dictionary<string, string?> { ["Gatepost:KnownProxies:0"] = "127.0.0.1", ["Gatepost:Callbacks:RefusedPerMinute"] = "10000" });
        User = await host.NewOrganizationAsync();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    /// <summary>Other vectors tell of the same messages: what counts only once must not have been counted for them.</summary>
    internal async Task UseNewOrganizationAsync() => User = await host.NewOrganizationAsync();

    /// <summary>Makes an account with the vector's credentials.</summary>
    internal async Task<VectorAccount> NewAccountAsync(Vector vector)
    {
        clock.Set(vector.Now ?? NoTimeRule);
        var credentials = vector.Json.TryGetProperty("credentials", out var given) ? JsonNode.Parse(given.GetRawText())!.AsObject() : [];
        credentials.Remove("configured_url");
        var body = new JsonObject { ["provider"] = vector.Account, ["name"] = vector.ToString(), ["credentials"] = credentials, ["publicUrl"] = vector.Requests()[0].Url };
        // Where a vector gives no clock no time rule applies.
        if (vector.Now is null && vector.Json.Member("credentials").Member("max_age_seconds") is null)
            body["maxAgeSeconds"] = int.MaxValue;
        var answer = await User.PostAsync("/v1/provider-accounts", body);
        if (answer.Status != 201)
            throw new InvalidOperationException($"{vector.Path}: {answer.Text}");
        return new VectorAccount(answer.Id, new Uri((string)answer.Json!["callbackUrls"]![vector.Route]!).AbsolutePath);
    }

    internal Task<RawAnswer> SendAsync(VectorAccount account, CallbackRequest request)
    {
        var query = request.RawQuery.Length > 0 ? "?" + request.RawQuery : "";
        return RawHttp.SendAsync(
            host.Address, request.Method, account.Path + query, request.Headers.SelectMany(h => h.Value, (h, v) => KeyValuePair.Create(h.Key, v ?? "")), request.Body);
    }

    /// <summary>The account's newest callback, once it is processed.</summary>
    internal async Task<JsonElement> NewestAsync(VectorAccount account)
    {
        var newest = await Eventually.GetAsync(
            async () => (await User.GetAsync($"/v1/callbacks?accountId={account.Id}&limit=1")).Data.FirstOrDefault(), c => c is not null && (string)c["status"]! != "received");
        return JsonElement.Parse((await User.GetAsync($"/v1/callbacks/{newest!["id"]}")).Text);
    }
}

internal sealed record VectorAccount(Guid Id, string Path);
