using System.Text.Json.Nodes;
using Gatepost.Deliveries;
using Gatepost.Events;
using Gatepost.Messages;
using Gatepost.Notifications;
using Gatepost.Providers;
using Gatepost.Server.Api;
using Gatepost.Surveys;
using Gatepost.Tickets;
using Gatepost.Webhooks;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gatepost.Server.OpenApi;

/// <summary>The words that a text member may hold; of a list, each of its entries.</summary>
internal static class Vocabulary
{
    private static readonly IReadOnlyList<string> Published = [.. EventTypes.Published.Select(EventTypes.Name)];
    private static readonly IReadOnlyList<string> OfTickets = [.. EventTypes.OfTickets.Select(EventTypes.Name)];
    private static readonly IReadOnlyList<string> DisableReasonNames = [DisableReasons.ConsecutiveFailures, DisableReasons.Gone];

    private static readonly Dictionary<(Type, string), IReadOnlyList<string>> Members = new()
    {
        [(typeof(TicketsApi.TicketRequest), "priority")] = All<TicketPriority>(TicketPriorities.Name),
        [(typeof(TicketInput), "priority")] = All<TicketPriority>(TicketPriorities.Name),
        [(typeof(TicketInput), "status")] = All<TicketStatus>(TicketStatuses.Name),
        [(typeof(MessageInput), "direction")] = All<MessageDirection>(MessageDirections.Name),
        [(typeof(SlaPolicyInput), "pauseWhile")] = All<TicketStatus>(TicketStatuses.Name),
        [(typeof(SurveyInput), "status")] = All<SurveyStatus>(SurveyStatuses.Name),
        [(typeof(SurveyView), "status")] = All<SurveyStatus>(SurveyStatuses.Name),
        [(typeof(QuestionInput), "type")] = All<QuestionType>(QuestionTypes.Name),
        [(typeof(QuestionView), "type")] = All<QuestionType>(QuestionTypes.Name),
        [(typeof(WebhookInput), "events")] = OfTickets,
        [(typeof(WebhookView), "events")] = OfTickets,
        [(typeof(WebhookView), "status")] = All<WebhookStatus>(WebhookStatuses.Name),
        [(typeof(WebhookView), "disabledReason")] = DisableReasonNames,
        [(typeof(DeliveryView), "eventType")] = All<EventType>(EventTypes.Name),
        [(typeof(DeliveryView), "status")] = All<DeliveryStatus>(DeliveryStatuses.Name),
        [(typeof(AttemptView), "trigger")] = All<AttemptTrigger>(AttemptTriggers.Name),
        [(typeof(AttemptView), "outcome")] = All<AttemptOutcome>(AttemptOutcomes.ToCode),
        [(typeof(AttemptResponseView), "bodyEncoding")] = ["utf-8", "base64"],
        [(typeof(EventView), "eventType")] = All<EventType>(EventTypes.Name),
        [(typeof(EventRequest), "eventType")] = Published,
        [(typeof(EventTypeView), "name")] = Published,
        [(typeof(EventTypeView), "scope")] = ["ticket", "survey"],
        [(typeof(WebhookLeftOutView), "reason")] = ["not_subscribed", "created_later", "other_survey"],
        [(typeof(WebhookActionsApi.RecoverRequest), "statuses")] = ["failed", "skipped"],
        [(typeof(Replay), "status")] = ["running", "completed", "canceled"],
        [(typeof(OutboundMessageInput), "channel")] = All<CallbackChannel>(MessageChannels.Name),
        [(typeof(OutboundMessageInput), "provider")] = MessageProviders.All,
        [(typeof(MessageView), "channel")] = All<CallbackChannel>(MessageChannels.Name),
        [(typeof(MessageView), "status")] = All<MessageStatus>(MessageStatuses.Name),
        [(typeof(MessageStatusView), "status")] = All<MessageStatus>(MessageStatuses.Name),
        [(typeof(Notification), "type")] = [Notification.WebhookDisabled],
        [(typeof(Notification), "reason")] = DisableReasonNames,
    };

    public static Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        if (context.JsonPropertyInfo is { } member && Members.TryGetValue((member.DeclaringType, member.Name), out var words))
            Limit(schema.Items as OpenApiSchema ?? schema, words);
        return Task.CompletedTask;
    }

    private static void Limit(OpenApiSchema schema, IReadOnlyList<string> words)
    {
        schema.Enum = [.. words.Select(word => (JsonNode)word)];
        if (schema.Type?.HasFlag(JsonSchemaType.Null) == true)
            schema.Enum.Add(JsonNullSentinel.JsonNull);
    }

    private static IReadOnlyList<string> All<T>(Func<T, string> name)
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(name)];
}
