using Gatepost.Server.Auth;

namespace Gatepost.Server.Api;

/// <summary>What routes say about themselves; the middleware and the OpenAPI document read it.</summary>
internal static class RouteConventions
{
    /// <summary>Which keys the route takes.</summary>
    public static T WithScope<T>(this T builder, RouteScope scope)
        where T : IEndpointConventionBuilder => builder.WithMetadata(new RouteScopeMetadata(scope));

    /// <summary>The route takes an Idempotency-Key.</summary>
    /// <param name="hides">A member that a repeated answer shows as null.</param>
    public static T Idempotent<T>(this T builder, string? hides = null)
        where T : IEndpointConventionBuilder => builder.WithMetadata(new IdempotentMetadata(hides));
}
