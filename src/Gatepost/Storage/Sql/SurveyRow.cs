using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Gatepost.Organizations;
using Gatepost.Surveys;

namespace Gatepost.Storage.Sql;

/// <summary>A row of surveys, and how it becomes a value.</summary>
internal sealed class SurveyRow
{
    private const string Columns = "seq, id, title, status, questions, created_at, updated_at";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public long Seq { get; init; }

    public Guid Id { get; init; }

    public string Title { get; init; } = "";

    public string Status { get; init; } = "";

    public string Questions { get; init; } = "[]";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public static SurveyRow? Find(DbConnection connection, OrganizationRef organization, Guid id) =>
        connection.QueryFirstOrDefault<SurveyRow>(
            $"SELECT {Columns} FROM surveys WHERE id = @id AND organization_seq = @Seq AND deleted_at IS NULL", new { id, organization.Seq });

    public static Page<Survey> List(DbConnection connection, OrganizationRef organization, PageRequest page) => Page<Survey>.Of(
        connection.Query<SurveyRow>(
            $"SELECT {Columns} FROM surveys WHERE organization_seq = @Seq AND deleted_at IS NULL AND seq < @before ORDER BY seq DESC LIMIT @limit",
            new { organization.Seq, before = page.Before ?? long.MaxValue, limit = page.Limit + 1 }).AsList(),
        page.Limit, r => r.Seq, r => r.ToSurvey());

    public static object ToParameters(Survey survey, OrganizationRef organization) => new
    {
        survey.Id,
        OrganizationSeq = organization.Seq,
        survey.Title,
        Status = survey.Status.Name(),
        Questions = JsonSerializer.Serialize(survey.Questions, Json),
        survey.CreatedAt,
        survey.UpdatedAt,
    };

    public Survey ToSurvey() => new()
    {
        Id = Id,
        Title = Title,
        Status = SurveyStatuses.Parse(Status)!.Value,
        Questions = JsonSerializer.Deserialize<List<Question>>(Questions, Json)!,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
    };
}
