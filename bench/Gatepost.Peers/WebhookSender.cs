using System.Net.Http.Headers;
using System.Text;
using Gatepost.Signing;

namespace Gatepost.Peers;

/// <summary>One attempt, sent as the bench's ceiling sends: the peers are to be measured, not their users' HTTP code.</summary>
internal sealed class WebhookSender : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly ProductInfoHeaderValue Agent = new("Gatepost", "0.0.0");

    // MaxConnectionsPerServer has no limit, as in the ceiling.
    private readonly HttpMessageInvoker invoker = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
    });

    private byte[] secret = [];

    /// <summary>The process has one; both peers find their handlers by type, not by instance.</summary>
    public static WebhookSender Instance { get; } = new();

    /// <summary>Called after each delivery that was answered with 2xx.</summary>
    public Action Delivered { get; set; } = () => { };

    /// <summary>Of the signature.</summary>
    public string Secret
    {
        set => secret = Encoding.UTF8.GetBytes(value);
    }

    /// <exception cref="HttpRequestException">It was not delivered: the queue is to try again.</exception>
    public async Task SendAsync(WebhookDelivery delivery, CancellationToken cancellation)
    {
        using var request = Build(delivery);
        using var response = await invoker.SendAsync(request, cancellation);
        using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var answer = new byte[4_096];
        await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, cancellation);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"The receiver answered {(int)response.StatusCode}.");
        Delivered();
    }

    public void Dispose() => invoker.Dispose();

    private HttpRequestMessage Build(WebhookDelivery delivery)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url) { Content = new ReadOnlyMemoryContent(delivery.Body) };
        request.Content.Headers.ContentType = Json;
        request.Headers.UserAgent.Add(Agent);
        request.Headers.TryAddWithoutValidation(WebhookSignature.EventHeader, "ticket.created");
        request.Headers.TryAddWithoutValidation(WebhookSignature.DeliveryHeader, delivery.Id.ToString("D"));
        request.Headers.TryAddWithoutValidation(WebhookSignature.Header, WebhookSignature.Sign(delivery.Body, secret));
        return request;
    }
}
