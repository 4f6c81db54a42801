using Gatepost.Organizations;

namespace Gatepost.Storage;

/// <summary>Organizations, their keys and admins. What belongs to a deleted organization is not found.</summary>
internal interface IOrganizationStore
{
    Task<Organization> CreateAsync(string name, CancellationToken cancellation);

    Task<Organization?> FindAsync(Guid id, CancellationToken cancellation);

    Task<OrganizationRef?> FindRefAsync(Guid id, CancellationToken cancellation);

    Task<Page<Organization>> ListAsync(PageRequest page, CancellationToken cancellation);

    /// <returns>Null when there is none.</returns>
    Task<Organization?> RenameAsync(Guid id, string name, CancellationToken cancellation);

    /// <summary>Hides it and everything in it at once, its keys included; the rows are purged in batches.</summary>
    Task<bool> DeleteAsync(Guid id, CancellationToken cancellation);

    /// <param name="hash">SHA-256 of the key.</param>
    Task<ApiKey> AddKeyAsync(OrganizationRef organization, string name, byte[] hash, CancellationToken cancellation);

    Task<Page<ApiKey>> ListKeysAsync(OrganizationRef organization, PageRequest page, CancellationToken cancellation);

    Task<bool> RevokeKeyAsync(OrganizationRef organization, Guid id, CancellationToken cancellation);

    /// <returns>Null when no key has this hash.</returns>
    Task<KeyOwner?> FindKeyAsync(byte[] hash, CancellationToken cancellation);

    /// <summary>Adds an instance key where there is none; nodes that start together add one.</summary>
    /// <returns>Whether it was added.</returns>
    Task<bool> AddFirstKeyAsync(string name, byte[] hash, CancellationToken cancellation);

    Task<Admin> AddAdminAsync(OrganizationRef organization, string email, string? name, CancellationToken cancellation);

    Task<Page<Admin>> ListAdminsAsync(OrganizationRef organization, PageRequest page, CancellationToken cancellation);

    Task<bool> RemoveAdminAsync(OrganizationRef organization, Guid id, CancellationToken cancellation);
}
