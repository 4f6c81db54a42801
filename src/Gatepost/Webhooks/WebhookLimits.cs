namespace Gatepost.Webhooks;

/// <summary>The answers of a full scope.</summary>
internal static class WebhookLimits
{
    public static Problem Reached(WebhookScope scope, int limit) => scope.SurveyId is null
        ? Problem.Conflict("ticket_webhook_limit", $"This organization has {limit} ticket webhooks, the most it may have. Delete one, or change one instead.")
        : Problem.Conflict("survey_webhook_limit", $"This survey has {limit} webhooks, the most it may have. Delete one, or change one instead.");
}
