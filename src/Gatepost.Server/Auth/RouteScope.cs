namespace Gatepost.Server.Auth;

/// <summary>Which keys a route takes; put on route groups as metadata.</summary>
internal enum RouteScope
{
    /// <summary>Instance keys only; to an organization's key the route does not exist.</summary>
    Instance,

    /// <summary>Acts inside an organization: its own key, or an instance key with the <c>Gatepost-Organization</c> header.</summary>
    Organization,

    /// <summary>Either; the handler checks the organization in the path.</summary>
    Any,
}
