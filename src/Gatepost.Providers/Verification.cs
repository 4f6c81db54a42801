namespace Gatepost.Providers;

/// <summary>Names a request that must count only once.</summary>
/// <param name="Key">Unique per account.</param>
/// <param name="StatusWhenSeen">What a repetition is answered: 2xx where the provider simply repeats, else a refusal.</param>
/// <param name="Keep">How long it must be remembered.</param>
public sealed record ReplayGuard(string Key, int StatusWhenSeen, TimeSpan Keep);

/// <summary>Whether a request is the provider's, and what to answer.</summary>
public sealed record Verification
{
    private Verification()
    {
    }

    public bool IsValid { get; private init; }

    /// <summary>Why it was refused, for the operator; null when valid.</summary>
    public string? Reason { get; private init; }

    public required CallbackAnswer Answer { get; init; }

    /// <summary>Null where a repetition does no harm.</summary>
    public ReplayGuard? Replay { get; private init; }

    /// <summary>The request is only a handshake: it is answered and nothing is stored.</summary>
    public bool IsHandshake { get; private init; }

    /// <param name="answer">What the provider wants to hear; an empty 200 when absent.</param>
    public static Verification Valid(CallbackAnswer? answer = null, ReplayGuard? replay = null) =>
        new() { IsValid = true, Answer = answer ?? CallbackAnswer.Empty, Replay = replay };

    public static Verification Handshake(CallbackAnswer answer) => new() { IsValid = true, IsHandshake = true, Answer = answer };

    /// <param name="status">401 where nothing else is said.</param>
    public static Verification Refused(string reason, int status = 401) => new() { Reason = reason, Answer = new CallbackAnswer(status) };
}

/// <summary>An HTTP answer.</summary>
public sealed record CallbackAnswer(int Status, string? ContentType = null, string Body = "")
{
    public static CallbackAnswer Empty { get; } = new(200);

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
