using System.Reflection;
using Gatepost.Organizations;

namespace Gatepost.Server.Auth;

/// <summary>Who asks. Bound in handlers of organization routes; the authentication middleware has already refused everyone else.</summary>
internal sealed record Caller(Guid KeyId, bool IsInstance, OrganizationRef? Scope) : IBindableFromHttpContext<Caller>
{
    /// <summary>The organization that this request acts in; only on routes that need one.</summary>
    public OrganizationRef Organization => Scope ?? throw new InvalidOperationException("This route is not marked as an organization's.");

    /// <summary>Whether this key may see the organization named in a path.</summary>
    public bool MaySee(Guid organizationId) => Scope is { } own ? own.Id == organizationId : IsInstance;

    public void AttachTo(HttpContext context) => context.Features.Set(this);

    /// <summary>Of a request that the authentication let through.</summary>
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("This request has no caller.");

    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<Caller?>(Of(context));
}
