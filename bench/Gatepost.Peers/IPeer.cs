namespace Gatepost.Peers;

/// <summary>Somebody else's durable queue with its workers, made ready to post webhooks.</summary>
internal interface IPeer : IAsyncDisposable
{
    /// <summary>Returns when its tables exist and its workers run.</summary>
    Task StartAsync();

    /// <summary>Returns when the delivery is durable.</summary>
    ValueTask EnqueueAsync(WebhookDelivery delivery);
}
