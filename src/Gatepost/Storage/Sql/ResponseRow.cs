using System.Data.Common;
using System.Text.Json;
using Dapper;
using Gatepost.Surveys;

namespace Gatepost.Storage.Sql;

/// <summary>A row of survey_responses, and how it becomes a value.</summary>
internal sealed class ResponseRow
{
    private const string Select =
        "SELECT seq, id, answers, embedded_data, metadata, completed_at, created_at, updated_at FROM survey_responses WHERE survey_seq = @surveySeq";

    public long Seq { get; init; }

    public Guid Id { get; init; }

    public string Answers { get; init; } = "{}";

    public string EmbeddedData { get; init; } = "{}";

    public string Metadata { get; init; } = "{}";

    public DateTimeOffset? CompletedAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public static ResponseRow? Find(DbConnection connection, long surveySeq, Guid id) =>
        connection.QueryFirstOrDefault<ResponseRow>(Select + " AND id = @id", new { surveySeq, id });

    public static Page<SurveyResponse> List(DbConnection connection, long surveySeq, Guid surveyId, PageRequest page) => Page<SurveyResponse>.Of(
        connection.Query<ResponseRow>(
            Select + " AND seq < @before ORDER BY seq DESC LIMIT @limit",
            new { surveySeq, before = page.Before ?? long.MaxValue, limit = page.Limit + 1 }).AsList(),
        page.Limit, r => r.Seq, r => r.ToResponse(surveyId));

    public static object ToParameters(SurveyResponse response, long surveySeq) => new
    {
        response.Id,
        SurveySeq = surveySeq,
        Answers = JsonText.Write(response.Answers),
        EmbeddedData = JsonText.Write(response.EmbeddedData),
        Metadata = JsonText.Write(response.Metadata),
        response.CompletedAt,
        response.CreatedAt,
        response.UpdatedAt,
    };

    public SurveyResponse ToResponse(Guid surveyId) => new()
    {
        Id = Id,
        SurveyId = surveyId,
        Answers = JsonText.Read<Dictionary<string, Answer>>(Answers),
        EmbeddedData = JsonElement.Parse(EmbeddedData),
        Metadata = JsonElement.Parse(Metadata),
        CompletedAt = CompletedAt,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
    };
}
