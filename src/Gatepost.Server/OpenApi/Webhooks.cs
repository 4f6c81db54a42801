using System.Text.Json.Nodes;
using Gatepost.Events;
using Gatepost.Signing;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gatepost.Server.OpenApi;

/// <summary>The <c>webhooks</c> section: one entry for each event of the catalog, as a receiver sees it.</summary>
internal static class Webhooks
{
    public const string Tag = "Webhook events";
    private const string Json = "application/json";

    public static Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Webhooks = new Dictionary<string, IOpenApiPathItem>();
        foreach (var definition in EventCatalog.All)
        {
            document.AddComponent(SchemaName(definition), SchemaText.Read(definition.EnvelopeSchema));
            document.Webhooks[definition.Name] = new OpenApiPathItem { Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Post] = Operation(definition, document) } };
        }

        return Task.CompletedTask;
    }

    private static OpenApiOperation Operation(EventDefinition definition, OpenApiDocument document) => new()
    {
        OperationId = $"on{definition.Type}",
        Summary = definition.Name,
        Description = definition.Description,
        Tags = new HashSet<OpenApiTagReference> { new(Tag, document) },
        Security = [],
        Parameters = Headers(definition),
        RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Json] = new()
                {
                    Schema = new OpenApiSchemaReference(SchemaName(definition), document),
                    Example = JsonNode.Parse(definition.EnvelopeExample.GetRawText()),
                },
            },
        },
        Responses = new OpenApiResponses
        {
            ["2XX"] = new OpenApiResponse { Description = "Taken. The body is ignored; its first 4,096 bytes are kept for the delivery log." },
            ["410"] = new OpenApiResponse { Description = "Never again: disables the webhook at once." },
            ["default"] = new OpenApiResponse
            {
                Description = "A failure, as is a redirect or no whole answer within 10 seconds: tried again after the delays of the webhook's retry policy.",
            },
        },
    };

    private static List<IOpenApiParameter> Headers(EventDefinition definition) =>
    [
        Header("Content-Type", "Exactly this.", new OpenApiSchema { Type = JsonSchemaType.String, Const = Json }),
        Header(WebhookSignature.EventHeader, "The event type.", new OpenApiSchema { Type = JsonSchemaType.String, Const = definition.Name }),
        Header(
            WebhookSignature.DeliveryHeader, "The delivery, the same on every attempt: use it to drop duplicates.",
            new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" }),
        Header(
            WebhookSignature.Header, "HMAC-SHA256 over the raw body, keyed with the secret's UTF-8 bytes; absent when the webhook has no secret.",
            new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^sha256=[0-9a-f]{64}$" }, required: false),
    ];

    private static OpenApiParameter Header(string name, string description, OpenApiSchema schema, bool required = true) =>
        new() { Name = name, In = ParameterLocation.Header, Description = description, Required = required, Schema = schema };

    private static string SchemaName(EventDefinition definition) => $"{definition.Type}Event";
}
