using System.Net;
using Gatepost.Providers;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Callbacks;

/// <summary>What became of a request in the inbox. The numbers are stored.</summary>
internal enum CallbackStatus
{
    Received = 0,
    Processed = 1,

    /// <summary>It was not the provider's; nothing else happened.</summary>
    Refused = 2,

    /// <summary>Authentic, but in no form that we know.</summary>
    Unparsed = 3,

    /// <summary>Processing failed again and again.</summary>
    Failed = 4,

    /// <summary>Held until a person releases it.</summary>
    Quarantined = 5,
}

internal static class CallbackStatuses
{
    private static readonly string[] Names = ["received", "processed", "refused", "unparsed", "failed", "quarantined"];

    public static string Name(this CallbackStatus status) => Names[(int)status];

    /// <returns>Null when there is no such state.</returns>
    public static CallbackStatus? Parse(string? name) => Array.IndexOf(Names, name) is >= 0 and var i ? (CallbackStatus)i : null;
}

/// <summary>One inbound request of a provider, as the inbox lists it.</summary>
internal record Callback
{
    /// <summary>The most effects that a list shows of one.</summary>
    public const int ListedEffects = 100;

    /// <summary>The most effects, and events, that are shown of one alone.</summary>
    public const int ShownEffects = 1_000;

    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    public required string Provider { get; init; }

    public required string Route { get; init; }

    public required string Method { get; init; }

    public required CallbackStatus Status { get; init; }

    /// <summary>Why it was refused, is unparsed or failed; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>What its events became: of many, the first ones.</summary>
    public IReadOnlyList<CallbackEffect> Effects { get; init; } = [];

    /// <summary>How many there are in all.</summary>
    public int EffectCount { get; init; }

    public required int BodyBytes { get; init; }

    public required int AttemptCount { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public DateTimeOffset? ProcessedAt { get; init; }
}

/// <summary>With the raw request.</summary>
/// <param name="Body">Null once retention erased it.</param>
internal sealed record CallbackDetail(Callback Callback, string Url, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[]? Body, string? RemoteAddress)
{
    /// <summary>The request as it arrived; null once its body was erased.</summary>
    public CallbackRequest? ToRequest() => Body is null ? null : new CallbackRequest
    {
        Method = Callback.Method,
        Url = Url,
        Route = Callback.Route,
        Headers = Headers.GroupBy(h => h.Key, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(h => h.Key, h => new StringValues([.. h.Select(v => v.Value)]), StringComparer.OrdinalIgnoreCase),
        Body = Body,
        RemoteAddress = RemoteAddress is { } address ? IPAddress.Parse(address) : null,
    };
}

/// <summary>Which requests a list shows; null members do not filter.</summary>
internal sealed record CallbackFilter(Guid? AccountId, CallbackStatus? Status, string? Provider);

/// <summary>How much may be fetched for processing. One always is where nothing is being processed, however large.</summary>
internal readonly record struct CallbackRoom(int Count, long Bytes);

/// <summary>A request that waits for its processing.</summary>
internal sealed record DueCallback(CallbackSource Source, CallbackRequest Request, int AttemptCount);
