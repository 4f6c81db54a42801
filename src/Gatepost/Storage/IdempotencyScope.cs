namespace Gatepost.Storage;

/// <summary>
/// The idempotency key of the present request, for the store: the transaction that makes its change marks the key as carried
/// out, so that a crash between the change and the answer can never make a repeated request act twice.
/// </summary>
internal static class IdempotencyScope
{
    private static readonly AsyncLocal<IdempotencyClaim?> Ambient = new();

    public static IdempotencyClaim? Current => Ambient.Value;

    public static void Enter(IdempotencyClaim? claim) => Ambient.Value = claim;
}

/// <summary>A key that this process carries out, as long as nobody else has taken it over.</summary>
/// <param name="Scope">SHA-256 of organization, method, path and key.</param>
/// <param name="Epoch">The life in which it was begun: the fence.</param>
/// <param name="BegunAt">Tells claims of one life apart.</param>
internal sealed record IdempotencyClaim(byte[] Scope, long Epoch, DateTimeOffset BegunAt);
