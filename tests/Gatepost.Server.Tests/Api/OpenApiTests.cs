using System.Text.Json;
using System.Text.Json.Nodes;
using Gatepost.Events;
using Gatepost.Server.Commands;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Api;

/// <summary>The OpenAPI document: what is committed, printed and served is one, whole and true.</summary>
public sealed class OpenApiTests
{
    private static readonly string Committed = File.ReadAllText(Path.Combine(Root(AppContext.BaseDirectory), "docs", "openapi.json"));
    private static readonly JsonObject Document = JsonNode.Parse(Committed)!.AsObject();

    [Fact]
    public async Task Print_OfThisCode_IsTheCommittedFile() =>
        (await OpenApiCommand.RenderAsync(default) == Committed).ShouldBeTrue("docs/openapi.json is not what the code says. Run: make openapi");

    [Fact]
    public async Task Get_WithoutAKey_IsTheCommittedDocument()
    {
        await using var host = await GatepostHost.StartAsync();

        var answer = await host.SendAsync(HttpMethod.Get, "/openapi/v1.json", null, null);

        answer.Status.ShouldBe(200);
        JsonNode.DeepEquals(answer.Json, Document).ShouldBeTrue();
    }

    [Fact]
    public async Task ReferencePage_WithoutAKey_LoadsNothingFromElsewhere()
    {
        await using var host = await GatepostHost.StartAsync();

        var page = await host.SendAsync(HttpMethod.Get, "/docs/", null, null);

        (page.Status, page.ContentType).ShouldBe((200, "text/html"));
        page.Text.ShouldContain("openapi/v1.json");
        page.Text.ShouldNotContain("//", Case.Sensitive, "an address of another server");
        (await host.SendAsync(HttpMethod.Get, "/docs/scalar.js", null, null)).ContentType.ShouldBe("text/javascript");
    }

    [Fact]
    public void Version_IsThreePointOne() => ((string)Document["openapi"]!).ShouldStartWith("3.1");

    [Fact]
    public void References_All_LeadSomewhere() =>
        Nodes(Document).OfType<JsonObject>().Select(o => o["$ref"]).OfType<JsonValue>().Select(r => (string)r!)
            .Where(r => Follow(r) is null).ShouldBeEmpty();

    [Fact]
    public void Operations_All_AreNamedAndSortedAndAnswer() =>
        Operations().Where(o => o.Value["operationId"] is null || o.Value["summary"] is null || o.Value["tags"] is not JsonArray { Count: 1 } || !Answers(o.Value))
            .Select(o => o.Key).ShouldBeEmpty();

    [Fact]
    public void OperationIds_All_AreDifferent() =>
        Operations().Concat(Webhooks()).Select(o => (string)o.Value["operationId"]!).ShouldBeUnique();

    [Fact]
    public void Operations_All_ExplainErrors() =>
        Operations().Where(o => !new[] { "401", "429", "503", "default" }.All(o.Value["responses"]!.AsObject().ContainsKey)).Select(o => o.Key).ShouldBeEmpty();

    [Fact]
    public void Webhooks_HoldTheCatalog()
    {
        var webhooks = Webhooks().ToDictionary(StringComparer.Ordinal);

        webhooks.Keys.ShouldBe(EventCatalog.All.Select(d => d.Name));
        foreach (var definition in EventCatalog.All)
        {
            var operation = webhooks[definition.Name];
            var content = operation["requestBody"]!["content"]!["application/json"]!;
            operation["security"]!.AsArray().ShouldBeEmpty();
            operation["parameters"]!.AsArray().Select(p => (string)p!["name"]!)
                .ShouldBe(["Content-Type", "X-Webhook-Event", "X-Webhook-Delivery", "X-Webhook-Signature"]);
            JsonNode.DeepEquals(content["example"], JsonSerializer.SerializeToNode(definition.EnvelopeExample)).ShouldBeTrue();
            Follow((string)content["schema"]!["$ref"]!)!["properties"]!["eventType"]!["const"]!.GetValue<string>().ShouldBe(definition.Name);
        }
    }

    [Fact]
    public async Task Answers_OfEachResource_HaveTheMembersOfTheirSchema()
    {
        await using var host = await GatepostHost.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var user = await host.NewOrganizationAsync();
        var webhook = await user.NewTicketWebhookAsync(receiver.Url);
        var ticket = await user.NewTicketAsync();
        var survey = await user.NewSurveyAsync();
        await receiver.WaitForAsync(1);
        var delivery = (string)(await user.DeliveriesAsync(webhook))[0]["id"]!;

        ShouldFit(await user.GetAsync($"/v1/organizations/{user.OrganizationId}"), "Organization");
        ShouldFit(await user.GetAsync($"/v1/organizations/{user.OrganizationId}/api-keys"), "ApiKeyPage");
        ShouldFit(await user.GetAsync($"/v1/tickets/{ticket}"), "Ticket");
        ShouldFit(await user.PostAsync($"/v1/tickets/{ticket}/messages", new { body = "Hello", direction = "note" }), "TicketMessage");
        ShouldFit(await user.PutAsync("/v1/sla-policy", new { }), "SlaPolicy");
        ShouldFit(await user.GetAsync($"/v1/surveys/{survey}"), "Survey");
        ShouldFit(await user.PostAsync($"/v1/surveys/{survey}/responses", new { answers = new { score = new { value = 9 } } }), "SurveyResponse");
        ShouldFit(await user.GetAsync($"/v1/ticket-webhooks/{webhook}"), "Webhook");
        ShouldFit(await user.GetAsync($"/v1/deliveries/{delivery}"), "DeliveryDetail");
        ShouldFit(await user.GetAsync("/v1/event-types"), "EventTypePage");
        ShouldFit(await user.GetAsync("/v1/tickets?limit=0"), "Problem");
    }

    private static void ShouldFit(ApiAnswer answer, string schema) => Misfits(answer.Json, Document["components"]!["schemas"]![schema]!, schema).ShouldBeEmpty(answer.Text);

    // Members only: what they may hold is for the tests of each resource.
    private static IEnumerable<string> Misfits(JsonNode? value, JsonNode schema, string path)
    {
        if (schema["$ref"] is { } reference)
            return Misfits(value, Follow((string)reference!)!, path);
        if (schema["oneOf"] is JsonArray oneOf)
            return value is null ? [] : Misfits(value, oneOf[^1]!, path);
        if (value is JsonArray items)
            return items.SelectMany(item => Misfits(item, schema["items"]!, path + "[]"));
        if (value is not JsonObject members || schema["properties"] is not JsonObject known)
            return [];
        return (schema["required"]?.AsArray().Select(name => (string)name!) ?? []).Where(name => !members.ContainsKey(name)).Select(name => $"{path}.{name} is missing")
            .Concat(members.Where(m => !known.ContainsKey(m.Key)).Select(m => $"{path}.{m.Key} is not documented"))
            .Concat(members.Where(m => known.ContainsKey(m.Key)).SelectMany(m => Misfits(m.Value, known[m.Key]!, $"{path}.{m.Key}")));
    }

    private static IEnumerable<KeyValuePair<string, JsonNode>> Operations() => Document["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject().Select(o => KeyValuePair.Create($"{o.Key} {path.Key}", o.Value!)));

    private static IEnumerable<KeyValuePair<string, JsonNode>> Webhooks() =>
        Document["webhooks"]!.AsObject().Select(w => KeyValuePair.Create(w.Key, w.Value!["post"]!));

    // A 204, or a 2xx with the shape of its body.
    private static bool Answers(JsonNode operation)
    {
        var good = operation["responses"]!.AsObject().Where(r => r.Key.StartsWith('2')).ToList();
        return good.Count > 0 && good.All(r => r.Key == "204" || r.Value!["content"]?.AsObject().All(c => c.Value!["schema"] is not null) == true);
    }

    private static JsonNode? Follow(string reference) => reference.StartsWith("#/", StringComparison.Ordinal)
        ? reference[2..].Split('/').Aggregate((JsonNode?)Document, (node, part) => node?[part.Replace("~1", "/", StringComparison.Ordinal)])
        : null;

    private static IEnumerable<JsonNode> Nodes(JsonNode node) => node switch
    {
        JsonObject members => members.Where(m => m.Value is not null).SelectMany(m => Nodes(m.Value!)).Prepend(node),
        JsonArray items => items.OfType<JsonNode>().SelectMany(Nodes),
        _ => [node],
    };

    private static string Root(string folder) =>
        File.Exists(Path.Combine(folder, "Gatepost.slnx")) ? folder : Root(Path.GetDirectoryName(folder)!);
}
