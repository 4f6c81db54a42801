using Gatepost.Server.Api;
using Gatepost.Storage;

namespace Gatepost.Server.Hosting;

/// <summary>For process managers and load balancers. Live never touches the database; ready reads it and takes its write lock.</summary>
internal static class HealthApi
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => Results.Json(new { status = "live" })).ExcludeFromDescription();
        app.MapGet("/health/ready", ReadyAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> ReadyAsync(IStorageStatus storage, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            await storage.ProbeAsync(cancellation).WaitAsync(Patience, clock, cancellation);
            return Results.Json(new { status = "ready" });
        }
        catch (Exception e) when (e is StorageUnavailableException or TimeoutException)
        {
            return new Problem(ProblemKind.Unavailable, "storage_unavailable", "The database cannot be read or written now.").ToResult(retryAfterSeconds: 5);
        }
    }
}
