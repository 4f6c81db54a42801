using Gatepost.Organizations;
using Gatepost.Server.Auth;
using Gatepost.Storage;

namespace Gatepost.Server.Api;

/// <summary>Organizations: made and listed with an instance key; an organization's key sees its own.</summary>
internal static class OrganizationsApi
{
    private const int MaxName = 200;

    public static void MapOrganizations(this IEndpointRouteBuilder api)
    {
        var instance = api.MapGroup("/organizations").WithTags("Organizations").WithScope(RouteScope.Instance);
        instance.MapPost("/", CreateAsync).WithName("createOrganization").WithSummary("Make an organization")
            .Idempotent().Requires("name").Answers<Organization>(201);
        instance.MapGet("/", ListAsync).WithName("listOrganizations").WithSummary("All organizations, newest first").AnswersPage<Organization>();
        instance.MapPatch("/{id:guid}", RenameAsync).WithName("renameOrganization").WithSummary("Rename an organization").Requires("name").Answers<Organization>();
        instance.MapDelete("/{id:guid}", DeleteAsync).WithName("deleteOrganization").WithSummary("Delete an organization and everything in it").Answers(204);
        api.MapGet("/organizations/{id:guid}", FindAsync).WithTags("Organizations").WithScope(RouteScope.Any)
            .WithName("getOrganization").WithSummary("One organization").Answers<Organization>();
    }

    private static async Task<IResult> CreateAsync(Body<OrganizationRequest> body, IOrganizationStore store, CancellationToken cancellation)
    {
        if (Check(body.Value) is { } problem)
            return problem.ToResult();
        var organization = await store.CreateAsync(body.Value.Name!, cancellation);
        return Results.Json(organization, ApiJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(PageQuery page, IOrganizationStore store, CancellationToken cancellation) =>
        Results.Json(PageQuery.View(await store.ListAsync(page.Request, cancellation), o => o), ApiJson.Options);

    private static async Task<IResult> FindAsync(Guid id, Caller caller, IOrganizationStore store, CancellationToken cancellation) =>
        caller.MaySee(id) && await store.FindAsync(id, cancellation) is { } organization
            ? Results.Json(organization, ApiJson.Options)
            : Problem.NotFound("organization").ToResult();

    private static async Task<IResult> RenameAsync(Guid id, Body<OrganizationRequest> body, IOrganizationStore store, CancellationToken cancellation)
    {
        if (Check(body.Value) is { } problem)
            return problem.ToResult();
        return await store.RenameAsync(id, body.Value.Name!, cancellation) is { } organization
            ? Results.Json(organization, ApiJson.Options)
            : Problem.NotFound("organization").ToResult();
    }

    private static async Task<IResult> DeleteAsync(Guid id, IOrganizationStore store, KeyDirectory keys, CancellationToken cancellation)
    {
        var deleted = await store.DeleteAsync(id, cancellation);
        keys.Forget();
        return deleted ? Results.NoContent() : Problem.NotFound("organization").ToResult();
    }

    private static Problem? Check(OrganizationRequest request)
    {
        var faults = new FaultList();
        faults.CheckLength("name", request.Name, 1, MaxName);
        return faults.Any ? faults.ToProblem() : null;
    }

    internal sealed record OrganizationRequest
    {
        /// <summary>1-200 characters.</summary>
        public string? Name { get; init; }
    }
}
