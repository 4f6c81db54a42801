namespace Gatepost.Peers.Wolverine;

/// <summary>Found by Wolverine by its name and its method's.</summary>
public static class WolverineWebhookHandler
{
    public static Task HandleAsync(WebhookDelivery delivery, CancellationToken cancellation) =>
        WebhookSender.Instance.SendAsync(delivery, cancellation);
}
