namespace Gatepost.Webhooks;

/// <summary>Which of the two webhook systems: the organization's tickets, or one survey. An id of one is unknown in the other.</summary>
/// <param name="SurveyId">Null for ticket webhooks.</param>
internal readonly record struct WebhookScope(Guid? SurveyId)
{
    public static WebhookScope Tickets => default;

    /// <summary>At most this many webhooks per survey (product.md); the limit of ticket webhooks is a setting.</summary>
    public const int MaxPerSurvey = 10;

    public static WebhookScope OfSurvey(Guid surveyId) => new(surveyId);

    public string Noun => SurveyId is null ? "ticket webhook" : "webhook of this survey";
}
