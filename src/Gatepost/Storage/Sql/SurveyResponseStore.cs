using Dapper;
using Gatepost.Organizations;
using Gatepost.Surveys;

namespace Gatepost.Storage.Sql;

internal sealed class SurveyResponseStore(Database database, IEventWriter events) : ISurveyResponseStore
{
    public Task<Result<SurveyResponse>> CreateAsync(
        OrganizationRef organization, Guid surveyId, Func<Survey, Result<SurveyResponse>> decide, CancellationToken cancellation) =>
        database.WriteAsync<Result<SurveyResponse>>(
            organization,
            session =>
            {
                if (SurveyRow.Find(session.Connection, organization, surveyId) is not { } survey)
                    return Problem.NotFound("survey");
                var decision = decide(survey.ToSurvey());
                if (!decision.IsOk)
                    return decision.Problem;
                session.Connection.Execute(
                    """
                    INSERT INTO survey_responses (id, survey_seq, answers, embedded_data, metadata, completed_at, created_at, updated_at)
                    VALUES (@Id, @SurveySeq, @Answers, @EmbeddedData, @Metadata, @CompletedAt, @CreatedAt, @UpdatedAt)
                    """,
                    ResponseRow.ToParameters(decision.Value, survey.Seq));
                RaiseIfCompleted(session, organization, survey.Seq, decision.Value);
                return decision.Value;
            },
            cancellation);

    public Task<Result<SurveyResponse>> FindAsync(OrganizationRef organization, Guid surveyId, Guid id, CancellationToken cancellation) =>
        database.ReadAsync<Result<SurveyResponse>>(
            connection => SurveyRow.Find(connection, organization, surveyId) is { } survey
                && ResponseRow.Find(connection, survey.Seq, id) is { } row
                    ? row.ToResponse(surveyId)
                    : Problem.NotFound("response"),
            cancellation);

    public Task<Result<Page<SurveyResponse>>> ListAsync(
        OrganizationRef organization, Guid surveyId, PageRequest page, CancellationToken cancellation) =>
        database.ReadAsync<Result<Page<SurveyResponse>>>(
            connection => SurveyRow.Find(connection, organization, surveyId) is { } survey
                ? ResponseRow.List(connection, survey.Seq, surveyId, page)
                : Problem.NotFound("survey"),
            cancellation);

    public Task<Result<SurveyResponse>> ChangeAsync(
        OrganizationRef organization, Guid surveyId, Guid id, Func<Survey, SurveyResponse, Result<SurveyResponse>> decide, CancellationToken cancellation) =>
        database.WriteAsync<Result<SurveyResponse>>(
            organization,
            session =>
            {
                if (SurveyRow.Find(session.Connection, organization, surveyId) is not { } survey
                    || ResponseRow.Find(session.Connection, survey.Seq, id) is not { } row)
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
                    ResponseRow.ToParameters(decision.Value, survey.Seq));
                if (row.CompletedAt is null)
                    RaiseIfCompleted(session, organization, survey.Seq, decision.Value);
                return decision.Value;
            },
            cancellation);

    // The one writer orders the changes of a response, so only one of them sees it not completed before: hence exactly once.
    private void RaiseIfCompleted(WriteSession session, OrganizationRef organization, long surveySeq, SurveyResponse response)
    {
        if (response.CompletedAt is not null)
            events.Append(session, ResponsePayload.ToEvent(organization, surveySeq, response));
    }
}
