using System.Buffers.Binary;
using System.Collections.Concurrent;
using Gatepost.Storage;
using Microsoft.Extensions.Logging;

namespace Gatepost.Callbacks;

/// <summary>Accounts by token, remembered for a few seconds: a callback reads no database before it is verified.</summary>
internal sealed partial class AccountDirectory(IProviderAccountStore store, TimeProvider clock, ILogger<AccountDirectory> logger)
{
    private const int MaxKnown = 20_000;
    private static readonly TimeSpan Remember = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<UInt128, Known> known = new();

    public async ValueTask<CallbackAccount?> FindAsync(string token, CancellationToken cancellation)
    {
        if (AccountToken.Hash(token) is not { } hash)
            return null;
        var name = BinaryPrimitives.ReadUInt128LittleEndian(hash);
        var now = clock.GetUtcNow();
        if (known.TryGetValue(name, out var found) && now - found.ReadAt < Remember)
            return found.Account;
        var account = await store.FindByTokenAsync(hash, cancellation).ConfigureAwait(false);
        // Here, and so every few seconds at most: the provider comes again and again.
        if (account is { Credentials: null })
            Log.Unreadable(logger, account.Provider, account.Id);
        if (account is null)
            known.TryRemove(name, out _);
        else if (known.Count < MaxKnown)
            known[name] = new Known(account, now);
        return account;
    }

    /// <summary>An account was changed or deleted.</summary>
    public void Forget() => known.Clear();

    private sealed record Known(CallbackAccount Account, DateTimeOffset ReadAt);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Callbacks of the {Provider} account {AccountId} are answered 503: no configured master key opens its credentials; add the key to Gatepost__MasterKeys, or PATCH the account with new credentials")]
        public static partial void Unreadable(ILogger logger, string provider, Guid accountId);
    }
}
