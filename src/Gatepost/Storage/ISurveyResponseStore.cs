using Gatepost.Organizations;
using Gatepost.Surveys;

namespace Gatepost.Storage;

/// <summary>
/// Responses of one survey. The write that completes one appends its <c>survey.response_completed</c> event, once, in the same
/// transaction. What belongs to another organization, another survey, or something deleted is not found.
/// </summary>
internal interface ISurveyResponseStore
{
    /// <param name="decide">Pure; may run more than once. Sees the survey as the transaction does.</param>
    Task<Result<SurveyResponse>> CreateAsync(
        OrganizationRef organization, Guid surveyId, Func<Survey, Result<SurveyResponse>> decide, CancellationToken cancellation);

    Task<Result<SurveyResponse>> FindAsync(OrganizationRef organization, Guid surveyId, Guid id, CancellationToken cancellation);

    Task<Result<Page<SurveyResponse>>> ListAsync(
        OrganizationRef organization, Guid surveyId, PageRequest page, CancellationToken cancellation);

    /// <param name="decide">Pure; may run more than once. Refuses a response that is completed already.</param>
    Task<Result<SurveyResponse>> ChangeAsync(
        OrganizationRef organization, Guid surveyId, Guid id, Func<Survey, SurveyResponse, Result<SurveyResponse>> decide, CancellationToken cancellation);
}
