using Gatepost.Organizations;
using Gatepost.Surveys;

namespace Gatepost.Storage;

/// <summary>Surveys. An id of another organization, or of something deleted, is not found.</summary>
internal interface ISurveyStore
{
    /// <returns>Not found when the organization was deleted meanwhile.</returns>
    Task<Result<Survey>> CreateAsync(OrganizationRef organization, Survey survey, CancellationToken cancellation);

    Task<Result<Survey>> FindAsync(OrganizationRef organization, Guid id, CancellationToken cancellation);

    Task<Page<Survey>> ListAsync(OrganizationRef organization, PageRequest page, CancellationToken cancellation);

    /// <summary>Reads, changes and writes in one transaction. Responses already given stay as they are.</summary>
    /// <param name="change">Pure; may run more than once.</param>
    Task<Result<Survey>> ChangeAsync(OrganizationRef organization, Guid id, Func<Survey, Survey> change, CancellationToken cancellation);

    /// <summary>Hides it, its responses and its webhooks at once; the rows are purged later in batches.</summary>
    Task<bool> DeleteAsync(OrganizationRef organization, Guid id, DateTimeOffset now, CancellationToken cancellation);
}
