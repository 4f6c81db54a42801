using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gatepost.Server.OpenApi;

/// <summary>The OpenAPI 3.1 document: the routes' own metadata, and the conventions that hold for all of them.</summary>
internal static class ApiDocument
{
    private const string Name = "v1";
    private const OpenApiSpecVersion Version = OpenApiSpecVersion.OpenApi3_1;

    /// <summary>After the JSON options of the API.</summary>
    public static void AddApiDocument(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(o => OptionalMembers.Unwrap(o.SerializerOptions));
        services.AddOpenApi(Name, o =>
        {
            o.OpenApiVersion = Version;
            o.CreateSchemaReferenceId = SchemaNames.Of;
            o.AddSchemaTransformer(ValueSchemas.TransformAsync);
            o.AddSchemaTransformer(TicketSchemas.TransformAsync);
            o.AddSchemaTransformer(Vocabulary.TransformAsync);
            o.AddSchemaTransformer(LibraryComments.TransformAsync);
            o.AddSchemaTransformer(RequiredMembers.TransformAsync);
            o.AddOperationTransformer(Operations.TransformAsync);
            o.AddDocumentTransformer(Frame.TransformAsync);
            o.AddDocumentTransformer(TicketSchemas.LinkPagesAsync);
            o.AddDocumentTransformer(RequiredMembers.LimitSentAsync);
            o.AddDocumentTransformer(Webhooks.TransformAsync);
        });
    }

    /// <summary><c>/openapi/v1.json</c> and, made from it, <c>/docs</c>; neither needs a key.</summary>
    public static void MapApiDocument(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapReferencePage("/docs", $"/openapi/{Name}.json");
    }

    /// <summary>The document as text, of a server that need not run.</summary>
    public static async Task<string> RenderAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync(cancellation);
        return await document.SerializeAsJsonAsync(Version, cancellation) + "\n";
    }
}
