using System.Security.Cryptography;

namespace Gatepost.Security;

/// <summary>What is stored cannot be read until its master key is configured again.</summary>
internal sealed class MasterKeyMissingException()
    : CryptographicException("A stored secret was sealed with a master key that is not configured; add it to Gatepost__MasterKeys.");
