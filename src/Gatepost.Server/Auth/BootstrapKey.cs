using Gatepost.Organizations;
using Gatepost.Storage;

namespace Gatepost.Server.Auth;

/// <summary>The first instance key: the configured one, else one made and shown once on the console.</summary>
internal static class BootstrapKey
{
    /// <returns>The key to show, or null when there is nothing to show.</returns>
    public static async Task<string?> EnsureAsync(IOrganizationStore store, string? configured, CancellationToken cancellation)
    {
        if (!string.IsNullOrEmpty(configured))
        {
            await store.AddFirstKeyAsync("bootstrap", ApiKeys.Hash(configured), cancellation);
            return null;
        }

        var key = ApiKeys.NewInstanceKey();
        return await store.AddFirstKeyAsync("bootstrap", ApiKeys.Hash(key), cancellation) ? key : null;
    }
}
