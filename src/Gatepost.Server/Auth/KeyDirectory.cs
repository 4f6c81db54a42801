using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Gatepost.Organizations;
using Gatepost.Storage;

namespace Gatepost.Server.Auth;

/// <summary>
/// Finds who a presented key belongs to. Known keys are remembered for a few seconds by their SHA-256, so that the hot path
/// reads no database; a revocation here forgets them at once, one on another node within that time.
/// </summary>
internal sealed class KeyDirectory(IOrganizationStore store, TimeProvider clock)
{
    private const int MaxKnown = 100_000;
    private static readonly TimeSpan Remember = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<UInt128, Known> known = new();
    private readonly ConcurrentDictionary<Guid, OrganizationRef> organizations = new();

    public ValueTask<KeyOwner?> FindAsync(ReadOnlySpan<char> key, CancellationToken cancellation)
    {
        if (key.Length is 0 or > ApiKeys.MaxLength)
            return ValueTask.FromResult<KeyOwner?>(null);
        Span<byte> text = stackalloc byte[ApiKeys.MaxLength * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(key, text)], hash);
        // The hash of 256 random bits: half of it names the key, and guessing it is no easier than guessing the key.
        var name = BinaryPrimitives.ReadUInt128LittleEndian(hash);
        return known.TryGetValue(name, out var found) && clock.GetUtcNow() - found.ReadAt < Remember
            ? ValueTask.FromResult<KeyOwner?>(found.Owner)
            : ReadAsync(name, hash.ToArray(), cancellation);
    }

    public async ValueTask<OrganizationRef?> FindOrganizationAsync(Guid id, CancellationToken cancellation)
    {
        if (organizations.TryGetValue(id, out var remembered))
            return remembered;
        if (await store.FindRefAsync(id, cancellation) is not { } found)
            return null;
        if (organizations.Count < MaxKnown)
            organizations[id] = found;
        return found;
    }

    /// <summary>A key was revoked or an organization deleted.</summary>
    public void Forget()
    {
        known.Clear();
        organizations.Clear();
    }

    private async ValueTask<KeyOwner?> ReadAsync(UInt128 name, byte[] hash, CancellationToken cancellation)
    {
        var readAt = clock.GetUtcNow();
        var owner = await store.FindKeyAsync(hash, cancellation);
        if (owner is null)
            known.TryRemove(name, out _);
        else if (known.Count < MaxKnown)
            known[name] = new Known(owner, readAt);
        return owner;
    }

    private sealed record Known(KeyOwner Owner, DateTimeOffset ReadAt);
}
