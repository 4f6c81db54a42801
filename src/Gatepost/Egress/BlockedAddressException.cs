namespace Gatepost.Egress;

/// <summary>The guard refused the address that a connection would go to.</summary>
internal sealed class BlockedAddressException(string message) : IOException(message);

/// <summary>No address of the host answered in time.</summary>
internal sealed class ConnectTimeoutException(string message) : IOException(message);

/// <summary>The name has no address now.</summary>
internal sealed class NameNotResolvedException(string message, Exception? inner) : IOException(message, inner);

/// <summary>What is wrong with a receiver's certificate.</summary>
internal sealed class CertificateRefusedException(CertificateFault fault, string message) : IOException(message)
{
    public CertificateFault Fault { get; } = fault;
}

internal enum CertificateFault
{
    Untrusted,
    Expired,
    NameMismatch,
}
