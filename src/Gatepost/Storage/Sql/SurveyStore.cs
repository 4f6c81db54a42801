using Dapper;
using Gatepost.Organizations;
using Gatepost.Surveys;

namespace Gatepost.Storage.Sql;

internal sealed class SurveyStore(Database database, IDeliveryHandover handover) : ISurveyStore
{
    public Task<Result<Survey>> CreateAsync(OrganizationRef organization, Survey survey, CancellationToken cancellation) =>
        database.WriteAsync<Result<Survey>>(
            organization,
            session => session.Connection.Execute(
                """
                INSERT INTO surveys (id, organization_seq, title, status, questions, created_at, updated_at)
                SELECT @Id, seq, @Title, @Status, @Questions, @CreatedAt, @UpdatedAt FROM organizations WHERE seq = @OrganizationSeq AND deleted_at IS NULL
                """,
                SurveyRow.ToParameters(survey, organization)) > 0 ? survey : Problem.NotFound("organization"),
            cancellation);

    public Task<Result<Survey>> FindAsync(OrganizationRef organization, Guid id, CancellationToken cancellation) =>
        database.ReadAsync<Result<Survey>>(
            connection => SurveyRow.Find(connection, organization, id) is { } row ? row.ToSurvey() : Problem.NotFound("survey"),
            cancellation);

    public Task<Page<Survey>> ListAsync(OrganizationRef organization, PageRequest page, CancellationToken cancellation) =>
        database.ReadAsync(connection => SurveyRow.List(connection, organization, page), cancellation);

    public Task<Result<Survey>> ChangeAsync(OrganizationRef organization, Guid id, Func<Survey, Survey> change, CancellationToken cancellation) =>
        database.WriteAsync<Result<Survey>>(
            organization,
            session =>
            {
                if (SurveyRow.Find(session.Connection, organization, id) is not { } row)
                    return Problem.NotFound("survey");
                var after = change(row.ToSurvey());
                session.Connection.Execute(
                    "UPDATE surveys SET title = @Title, status = @Status, questions = @Questions, updated_at = @UpdatedAt WHERE id = @Id",
                    SurveyRow.ToParameters(after, organization));
                return after;
            },
            cancellation);

    public Task<bool> DeleteAsync(OrganizationRef organization, Guid id, DateTimeOffset now, CancellationToken cancellation) => database.WriteAsync(
        organization,
        session =>
        {
            var seq = session.Connection.ExecuteScalar<long?>(
                "UPDATE surveys SET deleted_at = @now WHERE id = @id AND organization_seq = @Seq AND deleted_at IS NULL RETURNING seq",
                new { id, organization.Seq, now });
            if (seq is null)
                return false;
            var webhooks = session.Connection.Query<long>(
                "UPDATE webhooks SET deleted_at = @now WHERE organization_seq = @Seq AND survey_seq = @seq AND deleted_at IS NULL RETURNING seq",
                new { now, organization.Seq, seq }).AsList();
            session.FanOutChanged(organization.Seq);
            session.AfterCommit(() => webhooks.ForEach(handover.WebhookChanged));
            return true;
        },
        cancellation);
}
