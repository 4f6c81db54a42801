namespace Gatepost.Providers;

/// <summary>What a verified request says.</summary>
public sealed record ParsedCallback
{
    public static ParsedCallback Nothing { get; } = new();

    /// <summary>In the order they came.</summary>
    public IReadOnlyList<CallbackEvent> Events { get; init; } = [];

    /// <summary>SNS: the URL to GET, through the egress guard, to confirm the subscription; its host was checked.</summary>
    public Uri? ConfirmSubscription { get; init; }

    /// <param name="events">In the order they came.</param>
    public static ParsedCallback Of(params IReadOnlyList<CallbackEvent> events) => new() { Events = events };
}

/// <summary>Authentic, but not in a form that we know. The request is kept and marked unparsed.</summary>
public sealed class CallbackFormatException(string message, Exception? inner = null) : Exception(message, inner);
