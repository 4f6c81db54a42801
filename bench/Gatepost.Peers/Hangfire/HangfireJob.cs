using Hangfire;

namespace Gatepost.Peers.Hangfire;

/// <summary>One delivery as a background job.</summary>
public static class HangfireJob
{
    [AutomaticRetry(Attempts = 7, DelaysInSeconds = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000])]
    public static Task SendAsync(WebhookDelivery delivery, CancellationToken cancellation) =>
        WebhookSender.Instance.SendAsync(delivery, cancellation);
}
