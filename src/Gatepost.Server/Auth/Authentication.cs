using Gatepost.Organizations;
using Gatepost.Server.Api;

namespace Gatepost.Server.Auth;

/// <summary>Lets only valid keys reach <c>/v1</c>, and tells handlers which organization the request acts in.</summary>
internal sealed class Authentication(RequestDelegate next, KeyDirectory keys, FailureThrottle throttle)
{
    public const string OrganizationHeader = "Gatepost-Organization";

    private static readonly Problem Unauthenticated = new(
        ProblemKind.Unauthenticated, "invalid_api_key", "Send Authorization: Bearer <key> with a key of this instance that was not revoked.");

    private static readonly Problem Throttled = new(
        ProblemKind.Throttled, "too_many_failures", "Too many requests with a wrong key came from this address. Wait, and correct the key.");

    // As routing compares paths: where only one of the two minded the case, /V1 would lead past this check.
    public Task InvokeAsync(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase) ? AuthenticateAsync(context) : next(context);

    private async Task AuthenticateAsync(HttpContext context)
    {
        if (await FindOwnerAsync(context) is not { } owner)
        {
            var wait = throttle.CountFailure(context.Connection.RemoteIpAddress);
            await Problems.WriteAsync(context, wait is null ? Unauthenticated : Throttled, wait);
            return;
        }

        var (caller, problem) = await AdmitAsync(context, owner);
        if (problem is not null)
        {
            await Problems.WriteAsync(context, problem);
            return;
        }

        caller!.AttachTo(context);
        await next(context);
    }

    private ValueTask<KeyOwner?> FindOwnerAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        const string Scheme = "Bearer ";
        return header.Count == 1 && header[0] is { } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? keys.FindAsync(value.AsSpan(Scheme.Length).Trim(), context.RequestAborted)
            : ValueTask.FromResult<KeyOwner?>(null);
    }

    private async ValueTask<(Caller? Caller, Problem? Problem)> AdmitAsync(HttpContext context, KeyOwner owner)
    {
        var scope = context.GetEndpoint()?.Metadata.GetMetadata<RouteScopeMetadata>()?.Scope ?? RouteScope.Any;
        var asked = context.Request.Headers[OrganizationHeader];
        var organization = owner.Organization;
        if (asked.Count > 0 && scope != RouteScope.Instance)
        {
            var named = Guid.TryParse(asked.ToString(), out var id) ? await keys.FindOrganizationAsync(id, context.RequestAborted) : null;
            if (named is null || (organization is not null && organization != named))
                return (null, Problem.NotFound("organization"));
            organization = named;
        }

        var isInstance = owner.Organization is null;
        if (scope == RouteScope.Instance && !isInstance)
            return (null, Problem.NotFound("resource"));
        if (scope == RouteScope.Organization && organization is null)
        {
            return (null, new Problem(
                ProblemKind.Malformed, "organization_required", $"With an instance key, name the organization in the {OrganizationHeader} header."));
        }

        return (new Caller(owner.KeyId, isInstance, organization), null);
    }
}

internal sealed record RouteScopeMetadata(RouteScope Scope);
