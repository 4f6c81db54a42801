namespace Gatepost.Server.Configuration;

/// <summary>The process cannot start with these settings; the message names every fault.</summary>
internal sealed class SettingsException(IReadOnlyList<string> faults)
    : Exception($"Correct these settings:\n{string.Join('\n', faults.Select(f => $"  - {f}"))}");
