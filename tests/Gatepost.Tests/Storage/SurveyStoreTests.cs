using Dapper;
using Gatepost.Organizations;
using Gatepost.Storage;
using Gatepost.Storage.Sql;
using Gatepost.Surveys;
using Gatepost.Testing;
using Gatepost.Tests.Surveys;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Tests.Storage;

public abstract class SurveyStoreTests(TestStorage storage) : SurveyStoreConformance, IAsyncDisposable
{
    private readonly TestDatabase db = TestDatabase.Create(storage);

    private protected override ISurveyStore Surveys => db.Services.GetRequiredService<ISurveyStore>();

    private protected override ISurveyResponseStore Responses => db.Services.GetRequiredService<ISurveyResponseStore>();

    private protected override IReadOnlyCollection<long> Changed => db.Handover.Changed;

    [Fact]
    public async Task Create_InADeletedOrganization_IsNotFound()
    {
        var organization = await AddOrganizationAsync();
        await db.Database.WriteAsync(s => s.Connection.Execute("UPDATE organizations SET deleted_at = 1"), Token);

        (await Surveys.CreateAsync(organization, SurveySamples.Survey(), Token)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
    }

    [Fact]
    public async Task Delete_OfASurvey_TakesItOutOfTheFanOut()
    {
        var organization = await AddOrganizationAsync();
        var survey = (await Surveys.CreateAsync(organization, SurveySamples.Survey(), Token)).Value!;
        await AddWebhookAsync(organization, survey.Id);
        await Responses.CreateAsync(organization, survey.Id, s => SurveySamples.Respond(s, "{}"), Token);
        var e = ResponsePayload.ToEvent(organization, 1, SurveySamples.Respond(survey, "{}").Value!);

        await Surveys.DeleteAsync(organization, survey.Id, Now, Token);

        (await db.Database.WriteAsync(s => db.Services.GetRequiredService<IEventWriter>().Append(s, e), Token)).ShouldBe(0);
    }

    private protected override Task<OrganizationRef> AddOrganizationAsync() => DisabledWebhookRows.AddOrganizationAsync(db);

    private protected override Task<long> AddWebhookAsync(OrganizationRef organization, Guid surveyId) => db.Database.WriteAsync(
        session => session.Connection.ExecuteScalar<long>(
            """
            INSERT INTO webhooks (id, organization_seq, survey_seq, name, url, event_mask, events, header_names, active, created_at, updated_at)
            SELECT @id, organization_seq, seq, 'Answers', 'https://example.com/hook', 1024, '[]', '[]', 1, 0, 0 FROM surveys WHERE id = @surveyId RETURNING seq
            """,
            new { id = Guid.CreateVersion7(), surveyId }),
        Token);

    private protected override Task<IReadOnlyList<byte[]>> ReadDeliveredAsync(Guid surveyId) => db.Database.ReadAsync<IReadOnlyList<byte[]>>(
        connection => connection.Query<byte[]>(
            """
            SELECT e.payload FROM deliveries d JOIN webhooks w ON w.seq = d.webhook_seq JOIN surveys s ON s.seq = w.survey_seq
            JOIN events e ON e.seq = d.event_seq AND e.survey_seq = s.seq WHERE s.id = @surveyId ORDER BY d.seq
            """,
            new { surveyId }).AsList(),
        Token);

    public ValueTask DisposeAsync() => db.DisposeAsync();
}
