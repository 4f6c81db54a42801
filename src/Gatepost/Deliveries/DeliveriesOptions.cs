namespace Gatepost.Deliveries;

/// <summary>How deliveries are attempted.</summary>
internal sealed class DeliveriesOptions
{
    public const string SectionName = "Deliveries";

    /// <summary>One deadline over DNS, connect, TLS, request, headers and body, in seconds: 1-30.</summary>
    public int TimeoutSeconds { get; set; } = 10;

    /// <summary>Failed automatic attempts in a row that disable a webhook; 0 never does.</summary>
    public int DisableAfterConsecutiveFailures { get; set; } = 10;

    /// <summary>And only once the failing has lasted so many seconds; 0 does not ask.</summary>
    public int DisableAfterFailingSeconds { get; set; }

    /// <summary>Attempts in flight in this process: 1-65,536.</summary>
    public int MaxConcurrency { get; set; } = 2_048;

    /// <summary>Attempts in flight per webhook: 1-1,024.</summary>
    public int MaxConcurrencyPerWebhook { get; set; } = 8;

    /// <summary>Delays in seconds of webhooks without a policy of their own; empty means 1, 5, 30, 300, 1800, 7200.</summary>
    public List<int> DefaultRetryPolicy { get; set; } = [];

    public IReadOnlyList<int> EffectiveRetryPolicy => DefaultRetryPolicy.Count > 0 ? DefaultRetryPolicy : RetryPolicy.Default;
}
