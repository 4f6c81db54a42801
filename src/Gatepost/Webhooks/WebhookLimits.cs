namespace Gatepost.Webhooks;

/// <summary>The answers of a full scope.</summary>
internal static class WebhookLimits
{
    public static Problem Reached(WebhookScope scope, int limit) => scope.SurveyId is null
        ? Problem.Conflict("ticket_webhook_limit", $"This organization has {Count(limit, "ticket webhook")}, the most it may have. Delete one, or change one instead.")
        : Problem.Conflict("survey_webhook_limit", $"This survey has {Count(limit, "webhook")}, the most it may have. Delete one, or change one instead.");

    private static string Count(int limit, string what) => limit == 1 ? $"1 {what}" : $"{limit} {what}s";
}
