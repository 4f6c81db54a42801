using System.Buffers;
using System.Net.Http.Headers;
using System.Net.Sockets;
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
        var result = new AttemptResult { Outcome = AttemptOutcome.Succeeded, StartedAt = clock.GetInstant(), Duration = default };
        var began = clock.GetTimestamp();
        var trace = new ConnectTrace();
        using var timer = new CancellationTokenSource(deadline, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stop);
        try
        {
            using var request = Build(target, eventType, deliveryId, body);
            using var response = await egress.SendAsync(request, trace, both.Token).ConfigureAwait(false);
            result = WithHead(result, response);
            var (kept, truncated) = await ReadBodyAsync(response.Content, both.Token).ConfigureAwait(false);
            result = result with { ResponseBody = kept, BodyTruncated = truncated };
            if (result.Status is < 200 or >= 300)
                result = AttemptFailure.OfStatus(result, response);
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is not OutOfMemoryException)
        {
            result = new AttemptResult
            {
                Outcome = AttemptOutcome.Interrupted,
                Message = "The server stopped during the attempt.",
                Hint = "Nothing to do: it is tried again at once.",
                StartedAt = result.StartedAt,
                Duration = default,
            };
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or SocketException or InvalidOperationException)
        {
            result = AttemptFailure.OfException(result, e, target.Url, trace.Stage, timer.IsCancellationRequested ? deadline : null);
        }

        return result with { Duration = clock.GetElapsedTime(began), RemoteAddress = AddressOf(target.Url, trace) };
    }

    private static HttpRequestMessage Build(DeliveryTarget target, string eventType, Guid deliveryId, ReadOnlyMemory<byte> body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new OneShotContent(body) };
        request.Content.Headers.ContentType = Json;
        var headers = request.Headers;
        headers.UserAgent.Add(Agent);
        headers.TryAddWithoutValidation(WebhookSignature.EventHeader, eventType);
        headers.TryAddWithoutValidation(WebhookSignature.DeliveryHeader, deliveryId.ToString("D"));
        if (target.Secret is { } secret)
            headers.TryAddWithoutValidation(WebhookSignature.Header, WebhookSignature.Sign(body.Span, secret));
        // Checked when they were saved: TryAdd would write a line break to the wire. .NET keeps Allow, Expires and Last-Modified with the content.
        foreach (var (name, value) in target.Headers)
            _ = headers.TryAddWithoutValidation(name, value) || request.Content.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private AttemptResult WithHead(AttemptResult result, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        return result with
        {
            Status = status,
            ResponseHeaders = Headers(response),
            RetryAfter = status is 429 or 503 ? RetryAfter(response) : null,
        };
    }

    // Over a pooled connection the origin's last address; for a new one what was dialled, if anything was.
    private string? AddressOf(Uri url, ConnectTrace trace) => trace.Stage == ConnectStage.None ? egress.RemoteAddress(url) : trace.Address;

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

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var value = response.Headers.RetryAfter;
        var wait = value?.Delta ?? (value?.Date is { } date ? date - clock.GetUtcNow() : Unbounded(response));
        return wait is { } w && w < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    // The typed header knows 32 bits of seconds only; the retry policy caps whatever is longer.
    private static TimeSpan? Unbounded(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Retry-After", out var values) && values.ToString() is { Length: > 9 } text && text.All(char.IsAsciiDigit)
            ? TimeSpan.FromSeconds(int.MaxValue)
            : null;
}
