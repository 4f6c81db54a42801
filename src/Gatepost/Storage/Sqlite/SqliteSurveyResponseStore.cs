using Dapper;
using Gatepost.Organizations;
using Gatepost.Surveys;

namespace Gatepost.Storage.Sqlite;

internal sealed class SqliteSurveyResponseStore(SqliteDatabase database, SqliteEventWriter events) : ISurveyResponseStore
{
    public Task<Result<SurveyResponse>> CreateAsync(
        OrganizationRef organization, Guid surveyId, Func<Survey, Result<SurveyResponse>> decide, CancellationToken cancellation) =>
        database.WriteAsync<Result<SurveyResponse>>(
            session =>
            {
                if (SqliteSurveyRow.Find(session.Connection, organization, surveyId) is not { } survey)
                    return Problem.NotFound("survey");
                var decision = decide(survey.ToSurvey());
                if (!decision.IsOk)
                    return decision.Problem;
                session.Connection.Execute(
                    """
                    INSERT INTO survey_responses (id, survey_seq, answers, embedded_data, metadata, completed_at, created_at, updated_at)
                    VALUES (@Id, @SurveySeq, @Answers, @EmbeddedData, @Metadata, @CompletedAt, @CreatedAt, @UpdatedAt)
                    """,
                    SqliteResponseRow.ToParameters(decision.Value, survey.Seq));
                RaiseIfCompleted(session, organization, survey.Seq, decision.Value);
                return decision.Value;
            },
            cancellation);

    public Task<Result<SurveyResponse>> FindAsync(OrganizationRef organization, Guid surveyId, Guid id, CancellationToken cancellation) =>
        database.ReadAsync<Result<SurveyResponse>>(
            connection => SqliteSurveyRow.Find(connection, organization, surveyId) is { } survey
                && SqliteResponseRow.Find(connection, survey.Seq, id) is { } row
                    ? row.ToResponse(surveyId)
                    : Problem.NotFound("response"),
            cancellation);

    public Task<Result<Page<SurveyResponse>>> ListAsync(
        OrganizationRef organization, Guid surveyId, PageRequest page, CancellationToken cancellation) =>
        database.ReadAsync<Result<Page<SurveyResponse>>>(
            connection => SqliteSurveyRow.Find(connection, organization, surveyId) is { } survey
                ? SqliteResponseRow.List(connection, survey.Seq, surveyId, page)
                : Problem.NotFound("survey"),
            cancellation);

    public Task<Result<SurveyResponse>> ChangeAsync(
        OrganizationRef organization, Guid surveyId, Guid id, Func<Survey, SurveyResponse, Result<SurveyResponse>> decide, CancellationToken cancellation) =>
        database.WriteAsync<Result<SurveyResponse>>(
            session =>
            {
                if (SqliteSurveyRow.Find(session.Connection, organization, surveyId) is not { } survey
                    || SqliteResponseRow.Find(session.Connection, survey.Seq, id) is not { } row)
                {
                    return Problem.NotFound("response");
                }

                var decision = decide(survey.ToSurvey(), row.ToResponse(surveyId));
                if (!decision.IsOk)
                    return decision.Problem;
                session.Connection.Execute(
                    """
                    UPDATE survey_responses SET answers = @Answers, embedded_data = @EmbeddedData, metadata = @Metadata,
                      completed_at = @CompletedAt, updated_at = @UpdatedAt
                    WHERE id = @Id
                    """,
                    SqliteResponseRow.ToParameters(decision.Value, survey.Seq));
                if (row.CompletedAt is null)
                    RaiseIfCompleted(session, organization, survey.Seq, decision.Value);
                return decision.Value;
            },
            cancellation);

    // The one writer orders the changes of a response, so only one of them sees it not completed before: hence exactly once.
    private void RaiseIfCompleted(SqliteWriteSession session, OrganizationRef organization, long surveySeq, SurveyResponse response)
    {
        if (response.CompletedAt is not null)
            events.Append(session, ResponsePayload.ToEvent(organization, surveySeq, response));
    }
}
