namespace Gatepost.Storage;

/// <summary>The database cannot take or answer this now: nothing was changed, the caller may try again.</summary>
internal sealed class StorageUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
