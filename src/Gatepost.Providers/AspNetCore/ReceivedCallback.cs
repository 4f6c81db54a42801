using Microsoft.AspNetCore.Http;

namespace Gatepost.Providers.AspNetCore;

/// <summary>An authentic callback.</summary>
public sealed record ReceivedCallback
{
    public required HttpContext Http { get; init; }

    /// <summary>The raw request, to be kept: it can be parsed again.</summary>
    public required CallbackRequest Request { get; init; }

    /// <summary>What it says; <see cref="ParsedCallback.Nothing"/> when it could not be read.</summary>
    public required ParsedCallback Parsed { get; init; }

    /// <summary>Why it could not be read, though authentic; null when it was.</summary>
    public string? Unparsed { get; init; }

    /// <summary>Names the request where it must count only once: remember the key, and say when it was there already.</summary>
    public ReplayGuard? Replay { get; init; }
}
