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

    public IEnumerable<string> Faults()
    {
        if (TimeoutSeconds is < 1 or > 30)
            yield return "Gatepost__Deliveries__TimeoutSeconds must be 1 to 30.";
        if (DisableAfterConsecutiveFailures < 0)
            yield return "Gatepost__Deliveries__DisableAfterConsecutiveFailures must be 0 (never) or more.";
        if (DisableAfterFailingSeconds < 0)
            yield return "Gatepost__Deliveries__DisableAfterFailingSeconds must be 0 or more.";
        if (MaxConcurrency is < 1 or > 65_536)
            yield return "Gatepost__Deliveries__MaxConcurrency must be 1 to 65536.";
        if (MaxConcurrencyPerWebhook is < 1 or > 1_024)
            yield return "Gatepost__Deliveries__MaxConcurrencyPerWebhook must be 1 to 1024.";
        if (DefaultRetryPolicy.Count > 10 || DefaultRetryPolicy.Any(d => d is < 1 or > 604_800))
            yield return "Gatepost__Deliveries__DefaultRetryPolicy may have at most 10 delays, each 1 to 604800 seconds.";
    }
}
