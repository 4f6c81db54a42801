using Gatepost.Server.Auth;
using Gatepost.Storage;
using Gatepost.Tickets;

namespace Gatepost.Server.Api;

/// <summary>The organization's SLA policy. What GET shows may be PUT again as it is.</summary>
internal static class SlaPolicyApi
{
    private static readonly Problem None = new(ProblemKind.NotFound, "not_found", "This organization has no SLA policy yet; PUT one.");

    public static void MapSlaPolicy(this IEndpointRouteBuilder api)
    {
        var policy = api.MapGroup("/sla-policy").WithTags("SLA").WithScope(RouteScope.Organization);
        policy.MapGet("/", FindAsync).WithName("getSlaPolicy").WithSummary("The SLA policy").Answers<SlaPolicyInput>();
        policy.MapPut("/", PutAsync).WithName("putSlaPolicy").WithSummary("Replace the SLA policy; holds for open tickets too, counted from their creation")
            .Answers<SlaPolicyInput>();
    }

    private static async Task<IResult> FindAsync(Caller caller, ISlaStore store, CancellationToken cancellation) =>
        await store.FindPolicyAsync(caller.Organization, cancellation) is { } policy ? Answer(policy) : None.ToResult();

    private static async Task<IResult> PutAsync(Body<SlaPolicyInput> body, Caller caller, ISlaStore store, TimeProvider clock)
    {
        var faults = new FaultList();
        body.Value.Check(faults);
        if (faults.Any)
            return faults.ToProblem().ToResult();
        var policy = body.Value.ToPolicy();
        // Not the request's token: once begun it goes through all open tickets, whether or not the client still waits.
        return await store.PutPolicyAsync(caller.Organization, policy, clock.GetInstant(), CancellationToken.None)
            ? Answer(policy)
            : Problem.NotFound("organization").ToResult();
    }

    private static IResult Answer(SlaPolicy policy) => Results.Json(SlaPolicyInput.Of(policy), ApiJson.Options);
}
