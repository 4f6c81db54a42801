using Gatepost.Organizations;
using Gatepost.Server.Auth;
using Gatepost.Storage;

namespace Gatepost.Server.Api;

/// <summary>An organization's API keys and admins.</summary>
internal static class OrganizationKeysApi
{
    private const int MaxName = 200;
    private const int MaxEmail = 254; // RFC 5321 4.5.3.1.3, without the angle brackets

    public static void MapOrganizationKeys(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/organizations/{organizationId:guid}/api-keys").WithTags("API keys").WithScope(RouteScope.Any);
        keys.MapPost("/", CreateKeyAsync).WithName("createApiKey").WithSummary("Make a key; it is shown only here")
            .Idempotent(hides: "key").Requires("name").Answers<NewApiKeyView>(201);
        keys.MapGet("/", ListKeysAsync).WithName("listApiKeys").WithSummary("Keys, newest first, without the keys themselves").AnswersPage<ApiKeyView>();
        keys.MapDelete("/{keyId:guid}", RevokeKeyAsync).WithName("revokeApiKey").WithSummary("Revoke a key at once").Answers(204);
        var admins = api.MapGroup("/organizations/{organizationId:guid}/admins").WithTags("Admins").WithScope(RouteScope.Any);
        admins.MapPost("/", AddAdminAsync).WithName("addAdmin").WithSummary("Add somebody who is told when a webhook is disabled")
            .Idempotent().Requires("email").Answers<Admin>(201);
        admins.MapGet("/", ListAdminsAsync).WithName("listAdmins").WithSummary("Admins, newest first").AnswersPage<Admin>();
        admins.MapDelete("/{adminId:guid}", RemoveAdminAsync).WithName("removeAdmin").WithSummary("Remove an admin").Answers(204);
    }

    private static async Task<IResult> CreateKeyAsync(
        Guid organizationId, Body<ApiKeyRequest> body, Caller caller, KeyDirectory directory, IOrganizationStore store, CancellationToken cancellation)
    {
        if (await FindAsync(organizationId, caller, directory, cancellation) is not { } organization)
            return Problem.NotFound("organization").ToResult();
        var faults = new FaultList();
        faults.CheckLength("name", body.Value.Name, 1, MaxName);
        if (faults.Any)
            return faults.ToProblem().ToResult();
        var key = ApiKeys.NewOrganizationKey();
        var stored = await store.AddKeyAsync(organization, body.Value.Name!, ApiKeys.Hash(key), cancellation);
        return Results.Json(new NewApiKeyView(stored.Id, stored.Name, key, stored.CreatedAt), ApiJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListKeysAsync(
        Guid organizationId, PageQuery page, Caller caller, KeyDirectory directory, IOrganizationStore store, CancellationToken cancellation) =>
        await FindAsync(organizationId, caller, directory, cancellation) is { } organization
            ? Results.Json(
                PageQuery.View(await store.ListKeysAsync(organization, page.Request, cancellation), k => new ApiKeyView(k.Id, k.Name, k.CreatedAt)), ApiJson.Options)
            : Problem.NotFound("organization").ToResult();

    private static async Task<IResult> RevokeKeyAsync(
        Guid organizationId, Guid keyId, Caller caller, KeyDirectory directory, IOrganizationStore store, CancellationToken cancellation)
    {
        var revoked = await FindAsync(organizationId, caller, directory, cancellation) is { } organization
            && await store.RevokeKeyAsync(organization, keyId, cancellation);
        directory.Forget();
        return revoked ? Results.NoContent() : Problem.NotFound("API key").ToResult();
    }

    private static async Task<IResult> AddAdminAsync(
        Guid organizationId, Body<AdminRequest> body, Caller caller, KeyDirectory directory, IOrganizationStore store, CancellationToken cancellation)
    {
        if (await FindAsync(organizationId, caller, directory, cancellation) is not { } organization)
            return Problem.NotFound("organization").ToResult();
        var faults = new FaultList();
        faults.CheckLength("email", body.Value.Email, 3, MaxEmail);
        if (body.Value.Email is { } email && !faults.Any && !EmailAddresses.IsValid(email))
            faults.Add("email", "invalid_email", "email must be one plain address, such as ada@example.com.");
        faults.CheckLength("name", body.Value.Name, 1, MaxName, required: false);
        if (faults.Any)
            return faults.ToProblem().ToResult();
        var admin = await store.AddAdminAsync(organization, body.Value.Email!, body.Value.Name, cancellation);
        return Results.Json(admin, ApiJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAdminsAsync(
        Guid organizationId, PageQuery page, Caller caller, KeyDirectory directory, IOrganizationStore store, CancellationToken cancellation) =>
        await FindAsync(organizationId, caller, directory, cancellation) is { } organization
            ? Results.Json(PageQuery.View(await store.ListAdminsAsync(organization, page.Request, cancellation), a => a), ApiJson.Options)
            : Problem.NotFound("organization").ToResult();

    private static async Task<IResult> RemoveAdminAsync(
        Guid organizationId, Guid adminId, Caller caller, KeyDirectory directory, IOrganizationStore store, CancellationToken cancellation) =>
        await FindAsync(organizationId, caller, directory, cancellation) is { } organization
            && await store.RemoveAdminAsync(organization, adminId, cancellation)
                ? Results.NoContent()
                : Problem.NotFound("admin").ToResult();

    private static async ValueTask<OrganizationRef?> FindAsync(Guid id, Caller caller, KeyDirectory directory, CancellationToken cancellation) =>
        caller.MaySee(id) ? await directory.FindOrganizationAsync(id, cancellation) : null;

    internal sealed record ApiKeyRequest
    {
        /// <summary>What it is for: 1-200 characters.</summary>
        public string? Name { get; init; }
    }

    internal sealed record AdminRequest
    {
        /// <summary>One plain address.</summary>
        public string? Email { get; init; }

        /// <summary>1-200 characters.</summary>
        public string? Name { get; init; }
    }
}

/// <summary>A key as it is listed: never the key itself.</summary>
internal sealed record ApiKeyView(Guid Id, string Name, DateTimeOffset CreatedAt);

/// <summary>A key that was just made.</summary>
/// <param name="Key">Shown only here; null in the repeated answer to an Idempotency-Key.</param>
internal sealed record NewApiKeyView(Guid Id, string Name, string? Key, DateTimeOffset CreatedAt);
