using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Gatepost.Egress;
using Gatepost.Signing;
using Gatepost.Webhooks;

namespace Gatepost.Deliveries;

/// <summary>
/// Makes one HTTP try: one deadline over DNS, connect, TLS, request, headers and body; at most 4,096 response bytes are kept.
/// Whatever a receiver does becomes a result, never an exception.
/// </summary>
internal sealed class AttemptSender(EgressHandler egress, TimeSpan deadline, TimeProvider clock)
{
    private const int MaxBody = 4_096;
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>What every request calls itself.</summary>
    public static string UserAgent { get; } = $"Gatepost/{typeof(AttemptSender).Assembly.GetName().Version!.ToString(3)}";

    private static readonly ProductInfoHeaderValue Agent = ProductInfoHeaderValue.Parse(UserAgent);

    public async Task<AttemptResult> SendAsync(
        DeliveryTarget target, string eventType, Guid deliveryId, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        var started = clock.GetInstant();
        var began = clock.GetTimestamp();
        using var timer = new CancellationTokenSource(deadline, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stop);
        AttemptResult result;
        try
        {
            using var request = Build(target, eventType, deliveryId, body);
            using var response = await egress.SendAsync(request, both.Token).ConfigureAwait(false);
            result = await ReadAsync(response, started, both.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is not OutOfMemoryException)
        {
            result = new AttemptResult { Outcome = AttemptOutcome.Interrupted, Message = "The server stopped during the attempt.", StartedAt = started, Duration = default };
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            result = AttemptFailure.Classify(e, target.Url, deadline, timer.IsCancellationRequested) with { StartedAt = started };
        }

        return result with { Duration = clock.GetElapsedTime(began), RemoteAddress = egress.RemoteAddress(target.Url) };
    }

    private static HttpRequestMessage Build(DeliveryTarget target, string eventType, Guid deliveryId, ReadOnlyMemory<byte> body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, target.Url)
        {
            // HTTP/2 only where TLS negotiates it; never 3, whose connections the guard would not see.
            Version = HttpVersion.Version11,
            VersionPolicy = target.Url.Scheme == "https" ? HttpVersionPolicy.RequestVersionOrHigher : HttpVersionPolicy.RequestVersionOrLower,
            Content = new ReadOnlyMemoryContent(body),
        };
        request.Content.Headers.ContentType = Json;
        var headers = request.Headers;
        headers.UserAgent.Add(Agent);
        headers.TryAddWithoutValidation(WebhookSignature.EventHeader, eventType);
        headers.TryAddWithoutValidation(WebhookSignature.DeliveryHeader, deliveryId.ToString("D"));
        if (target.Secret is { } secret)
            headers.TryAddWithoutValidation(WebhookSignature.Header, WebhookSignature.Sign(body.Span, secret));
        // Checked when they were saved: TryAdd would write a line break to the wire.
        foreach (var (name, value) in target.Headers)
            headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private async Task<AttemptResult> ReadAsync(HttpResponseMessage response, DateTimeOffset started, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        var (body, truncated) = await ReadBodyAsync(response.Content, cancellation).ConfigureAwait(false);
        var result = new AttemptResult
        {
            Outcome = AttemptOutcome.Succeeded,
            StartedAt = started,
            Duration = default,
            Status = status,
            ResponseHeaders = Headers(response),
            ResponseBody = body,
            BodyTruncated = truncated,
            RetryAfter = status is 429 or 503 ? RetryAfter(response.Headers.RetryAfter) : null,
        };
        return status is >= 200 and < 300 ? result : AttemptFailure.OfStatus(result, response);
    }

    private static async Task<(byte[] Body, bool Truncated)> ReadBodyAsync(HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength == 0)
            return ([], false);
        var buffer = ArrayPool<byte>.Shared.Rent(MaxBody + 1);
        try
        {
            using var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            var read = await stream.ReadAtLeastAsync(buffer.AsMemory(0, MaxBody + 1), MaxBody + 1, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            return (buffer.AsSpan(0, Math.Min(read, MaxBody)).ToArray(), read > MaxBody);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static List<KeyValuePair<string, string>> Headers(HttpResponseMessage response)
    {
        var headers = new List<KeyValuePair<string, string>>(8);
        foreach (var (name, values) in response.Headers.NonValidated)
            headers.Add(new(name, values.ToString()));
        foreach (var (name, values) in response.Content.Headers.NonValidated)
            headers.Add(new(name, values.ToString()));
        return headers;
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? value)
    {
        var wait = value?.Delta ?? (value?.Date is { } date ? date - clock.GetUtcNow() : null);
        return wait is { } w && w < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
