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
            var hash = ApiKeys.Hash(configured);
            if (await store.FindKeyAsync(hash, cancellation) is null && !await store.HasInstanceKeyAsync(cancellation))
                await store.AddKeyAsync(null, "bootstrap", hash, cancellation);
            return null;
        }

        if (await store.HasInstanceKeyAsync(cancellation))
            return null;
        var key = ApiKeys.NewInstanceKey();
        await store.AddKeyAsync(null, "bootstrap", ApiKeys.Hash(key), cancellation);
        return key;
    }
}
