using Gatepost.Server.Auth;

namespace Gatepost.Server.Api;

/// <summary>What routes say about themselves; the middleware and the OpenAPI document read it.</summary>
internal static class RouteConventions
{
    private const string Json = "application/json";

    /// <summary>Which keys the route takes.</summary>
    public static T WithScope<T>(this T builder, RouteScope scope)
        where T : IEndpointConventionBuilder => builder.WithMetadata(new RouteScopeMetadata(scope));

    /// <summary>The route takes an Idempotency-Key.</summary>
    /// <param name="hides">A member that a repeated answer shows as null.</param>
    public static T Idempotent<T>(this T builder, string? hides = null)
        where T : IEndpointConventionBuilder => builder.WithMetadata(new IdempotentMetadata(hides));

    /// <summary>For the document: what the body must hold; the same record also serves a change, which needs nothing.</summary>
    public static RouteHandlerBuilder Requires(this RouteHandlerBuilder builder, params string[] members) => builder.WithMetadata(new RequiredMembersMetadata(members));

    /// <summary>For the document: 409 is possible. An idempotent route says so already.</summary>
    public static RouteHandlerBuilder Conflicts(this RouteHandlerBuilder builder) => builder.WithMetadata(new ConflictMetadata());

    /// <summary>For the document: query parameters that a handler binds together.</summary>
    public static void Takes(this EndpointBuilder builder, params ReadOnlySpan<QueryParameter> parameters)
    {
        foreach (var parameter in parameters)
            builder.Metadata.Add(parameter);
    }

    /// <summary>For the document: the answer without a body.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder builder, int status) => builder.Produces(status);

    /// <summary>For the document: the answer's shape.</summary>
    /// <param name="when">When this status is the answer, where there are several.</param>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder builder, int status = StatusCodes.Status200OK, string? when = null) =>
        builder.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(T), [Json]) { Description = when });

    /// <summary>For the document: a file.</summary>
    public static RouteHandlerBuilder AnswersBytes(this RouteHandlerBuilder builder) =>
        builder.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Stream), ["application/octet-stream"]));

    /// <summary>For the document: <c>{data, nextCursor}</c>.</summary>
    public static RouteHandlerBuilder AnswersPage<T>(this RouteHandlerBuilder builder) => builder.Produces<PageView<T>>(StatusCodes.Status200OK, Json);
}

/// <summary>The shape of every list.</summary>
/// <param name="NextCursor">For the next page; null at the end.</param>
internal sealed record PageView<T>(IReadOnlyList<T> Data, string? NextCursor);

internal sealed record RequiredMembersMetadata(IReadOnlyList<string> Members);

internal sealed record ConflictMetadata;
