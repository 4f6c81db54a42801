using Gatepost.Server.Api;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gatepost.Server.OpenApi;

/// <summary>What one operation takes and answers beyond what its handler's signature says.</summary>
internal static class Operations
{
    public static Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        Parameters.AddTo(operation, metadata, context.Document!);
        Describe(metadata, operation);
        ErrorAnswers.AddTo(operation, metadata, context.Document!);
        if (metadata.OfType<RequiredMembersMetadata>().LastOrDefault() is { } required)
            Require(required.Members, operation);
        return Task.CompletedTask;
    }

    private static void Describe(IList<object> metadata, OpenApiOperation operation)
    {
        foreach (var answer in metadata.OfType<IProducesResponseTypeMetadata>().Where(answer => answer.Description is not null))
            operation.Responses![$"{answer.StatusCode}"].Description = answer.Description;
    }

    // Beside the reference, because the same schema serves routes that need nothing.
    private static void Require(IReadOnlyList<string> members, OpenApiOperation operation)
    {
        foreach (var content in operation.RequestBody!.Content!.Values)
        {
            content.Schema = new OpenApiSchema
            {
                AllOf = [content.Schema!],
                Required = members.ToHashSet(StringComparer.Ordinal),
            };
        }
    }
}
