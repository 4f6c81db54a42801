using Gatepost.Server.Api;
using Gatepost.Server.Auth;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;

namespace Gatepost.Server.OpenApi;

/// <summary>Which problems a route may answer with, and how the document shows them.</summary>
internal static class ErrorAnswers
{
    private const string Other = "OtherProblem";

    private static readonly ProblemKind[] Kinds =
    [
        ProblemKind.Malformed, ProblemKind.Unauthenticated, ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.TooLarge,
        ProblemKind.UnsupportedMediaType, ProblemKind.Invalid, ProblemKind.Throttled, ProblemKind.Unavailable,
    ];

    public static void AddTo(OpenApiOperation operation, IList<object> metadata, OpenApiDocument document)
    {
        foreach (var kind in Kinds.Where(kind => MayAnswer(kind, operation, metadata)))
            operation.Responses![$"{(int)kind}"] = new OpenApiResponseReference(kind.ToString(), document);
        operation.Responses!["default"] = new OpenApiResponseReference(Other, document);
    }

    /// <param name="problem">The schema of every problem.</param>
    public static void AddTo(OpenApiDocument document, IOpenApiSchema problem)
    {
        foreach (var kind in Kinds)
            document.AddComponent(kind.ToString(), Response(kind, problem));
        document.AddComponent(Other, Response("Any other problem", problem));
    }

    private static bool MayAnswer(ProblemKind kind, OpenApiOperation operation, IList<object> metadata)
    {
        var scope = metadata.OfType<RouteScopeMetadata>().LastOrDefault()?.Scope ?? RouteScope.Any;
        var hasBody = metadata.OfType<IAcceptsMetadata>().Any();
        var isIdempotent = metadata.OfType<IdempotentMetadata>().Any();
        return kind switch
        {
            ProblemKind.Malformed => hasBody || scope == RouteScope.Organization,
            ProblemKind.NotFound => scope != RouteScope.Any || operation.Parameters?.Any(p => p.In == ParameterLocation.Path) == true,
            ProblemKind.Conflict => isIdempotent || metadata.OfType<ConflictMetadata>().Any(),
            ProblemKind.TooLarge or ProblemKind.UnsupportedMediaType => hasBody,
            ProblemKind.Invalid => hasBody || isIdempotent || metadata.Any(m => m is QueryParameter or PageMetadata),
            _ => true,
        };
    }

    private static OpenApiResponse Response(ProblemKind kind, IOpenApiSchema problem)
    {
        var response = Response(Problems.Title(kind), problem);
        if (kind is ProblemKind.Throttled or ProblemKind.Unavailable)
        {
            response.Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["Retry-After"] = new OpenApiHeader { Description = "Seconds to wait.", Required = true, Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } },
            };
        }

        return response;
    }

    private static OpenApiResponse Response(string description, IOpenApiSchema problem) => new()
    {
        Description = description,
        Content = new Dictionary<string, OpenApiMediaType> { [Problems.ContentType] = new() { Schema = problem } },
    };
}
