namespace Gatepost.Storage;

/// <summary>
/// The idempotency key of the present request, for the store: the transaction that makes its change marks the key as carried
/// out, so that a crash between the change and the answer can never make a repeated request act twice.
/// </summary>
internal static class IdempotencyScope
{
    private static readonly AsyncLocal<byte[]?> Ambient = new();

    public static byte[]? Current => Ambient.Value;

    public static void Enter(byte[]? scope) => Ambient.Value = scope;
}
