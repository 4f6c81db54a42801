using System.Text.Json.Nodes;
using Gatepost.Server.Api;
using Gatepost.Server.Auth;
using Microsoft.OpenApi;

namespace Gatepost.Server.OpenApi;

/// <summary>Headers and query parameters: those that many routes share stand once among the components.</summary>
internal static class Parameters
{
    private const string Organization = "Organization";
    private const string IdempotencyKey = "IdempotencyKey";
    private const string Limit = "Limit";
    private const string Cursor = "Cursor";

    public static void AddTo(OpenApiOperation operation, IList<object> metadata, OpenApiDocument document)
    {
        var parameters = operation.Parameters ??= [];
        foreach (var parameter in metadata.OfType<QueryParameter>())
            parameters.Add(Of(parameter));
        if (metadata.OfType<PageMetadata>().Any())
        {
            parameters.Add(new OpenApiParameterReference(Limit, document));
            parameters.Add(new OpenApiParameterReference(Cursor, document));
        }

        if (metadata.OfType<RouteScopeMetadata>().LastOrDefault()?.Scope == RouteScope.Organization)
            parameters.Add(new OpenApiParameterReference(Organization, document));
        if (metadata.OfType<IdempotentMetadata>().Any())
            parameters.Add(new OpenApiParameterReference(IdempotencyKey, document));
    }

    public static void AddTo(OpenApiDocument document)
    {
        document.AddComponent(Limit, Query("limit", "How many entries a page holds.", new OpenApiSchema
        {
            Type = JsonSchemaType.Integer,
            Minimum = "1",
            Maximum = $"{PageQuery.MaxLimit}",
            Default = JsonValue.Create(PageQuery.DefaultLimit),
        }));
        document.AddComponent(Cursor, Query("cursor", "The nextCursor of the page before, unchanged; absent for the first page.", new OpenApiSchema { Type = JsonSchemaType.String }));
        document.AddComponent(Organization, Header(
            Authentication.OrganizationHeader,
            "The organization to act in: needed with an instance key. An organization's key acts in its own.",
            new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" }));
        document.AddComponent(IdempotencyKey, Header(
            Idempotency.Header,
            "Makes the request safe to repeat: within 24 hours the same key and body get the first answer again, with the header Idempotent-Replayed: true.",
            new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = Idempotency.MaxKey }));
    }

    private static OpenApiParameter Of(QueryParameter parameter) => Query(parameter.Name, parameter.Description, new OpenApiSchema
    {
        Type = JsonSchemaType.String,
        Format = parameter.Type switch
        {
            QueryParameterType.Id => "uuid",
            QueryParameterType.Instant => "date-time",
            _ => null,
        },
        Pattern = parameter.Pattern,
        Enum = parameter.OneOf?.Select(word => (JsonNode)word).ToList(),
    });

    private static OpenApiParameter Query(string name, string description, OpenApiSchema schema) =>
        new() { Name = name, In = ParameterLocation.Query, Description = description, Schema = schema };

    private static OpenApiParameter Header(string name, string description, OpenApiSchema schema) =>
        new() { Name = name, In = ParameterLocation.Header, Description = description, Schema = schema };
}
