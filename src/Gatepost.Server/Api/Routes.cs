using Gatepost.Server.Bins;
using Gatepost.Server.Callbacks;
using Microsoft.Extensions.Options;

namespace Gatepost.Server.Api;

/// <summary>Every resource of the API, one line each.</summary>
internal static class Routes
{
    public static void MapRoutes(this WebApplication app)
    {
        var api = app.MapGroup("/v1").RefuseFaultyQueries();
        api.MapOrganizations();
        api.MapOrganizationKeys();
        api.MapTickets();
        api.MapTicketMessages();
        api.MapInboundMail();
        api.MapSlaPolicy();
        api.MapSurveys();
        api.MapSurveyResponses();
        api.MapTicketWebhooks();
        api.MapSurveyWebhooks();
        api.MapWebhookActions();
        api.MapDeliveries();
        api.MapEvents();
        api.MapEventTypes();
        api.MapMessages();
        api.MapNotifications();
        api.MapProviderAccounts();
        api.MapCallbacks();
        CallbackReceiver.Map(app);
        if (!app.Services.GetRequiredService<IOptions<RequestBinOptions>>().Value.Enabled)
        {
            api.Map("/bins/{**rest}", () => Problem.Off("The request bin", "Gatepost__RequestBin__Enabled").ToResult()).ExcludeFromDescription();
            return;
        }

        api.MapBins();
        app.MapBinCollector();
    }
}
