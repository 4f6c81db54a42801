using Gatepost.Callbacks;
using Gatepost.Organizations;

namespace Gatepost.Storage;

/// <summary>Provider accounts. Credentials and tokens are sealed, and null where no configured master key opens them.</summary>
internal interface IProviderAccountStore : ISealedStore
{
    Task CreateAsync(OrganizationRef organization, ProviderAccount account, CancellationToken cancellation);

    Task<ProviderAccount?> FindAsync(OrganizationRef organization, Guid id, CancellationToken cancellation);

    Task<Page<ProviderAccount>> ListAsync(OrganizationRef organization, PageRequest page, CancellationToken cancellation);

    /// <summary>Reads, decides and writes in one transaction.</summary>
    /// <param name="decide">Pure; may run more than once.</param>
    Task<Result<ProviderAccount>> ChangeAsync(
        OrganizationRef organization, Guid id, Func<ProviderAccount, Result<ProviderAccount>> decide, CancellationToken cancellation);

    /// <summary>Its callbacks are refused at once; its inbox is purged in batches.</summary>
    Task<bool> DeleteAsync(OrganizationRef organization, Guid id, CancellationToken cancellation);

    /// <param name="tokenHash">SHA-256 of the token in the URL.</param>
    Task<CallbackAccount?> FindByTokenAsync(byte[] tokenHash, CancellationToken cancellation);
}
