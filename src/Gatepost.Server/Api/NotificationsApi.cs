using Gatepost.Notifications;
using Gatepost.Server.Auth;
using Gatepost.Storage;

namespace Gatepost.Server.Api;

/// <summary>What the organization's admins should know and act on.</summary>
internal static class NotificationsApi
{
    public static void MapNotifications(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/notifications").WithTags("Notifications").WithScope(RouteScope.Organization);
        group.MapGet("/", ListAsync).WithName("listNotifications").WithSummary("Notifications, newest first").AnswersPage<Notification>();
        group.MapPost("/{id:guid}/read", ReadAsync).WithName("readNotification").WithSummary("Mark it read; the first time counts").Answers<Notification>();
    }

    private static async Task<IResult> ListAsync(PageQuery page, Caller caller, INotificationStore store, CancellationToken cancellation) =>
        Results.Json(PageQuery.View(await store.ListAsync(caller.Organization, page.Request, cancellation), n => n), ApiJson.Options);

    private static async Task<IResult> ReadAsync(Guid id, Caller caller, INotificationStore store, TimeProvider clock, CancellationToken cancellation) =>
        (await store.MarkReadAsync(caller.Organization, id, clock.GetInstant(), cancellation)).ToResult(n => n);
}
