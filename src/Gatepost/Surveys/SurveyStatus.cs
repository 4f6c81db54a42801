namespace Gatepost.Surveys;

/// <summary>Only an active survey takes responses.</summary>
internal enum SurveyStatus
{
    Draft,
    Active,
    Closed,
}

internal static class SurveyStatuses
{
    public static string Name(this SurveyStatus status) => status switch
    {
        SurveyStatus.Draft => "draft",
        SurveyStatus.Active => "active",
        _ => "closed",
    };

    public static SurveyStatus? Parse(string? name) => name switch
    {
        "draft" => SurveyStatus.Draft,
        "active" => SurveyStatus.Active,
        "closed" => SurveyStatus.Closed,
        _ => null,
    };
}
