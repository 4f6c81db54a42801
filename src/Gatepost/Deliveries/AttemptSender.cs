using System.Buffers;
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
    private const string Json = "application/json";

    /// <summary>What every request calls itself.</summary>
    public static string UserAgent { get; } = $"Gatepost/{typeof(AttemptSender).Assembly.GetName().Version!.ToString(3)}";

    public async Task<AttemptResult> SendAsync(
        DeliveryTarget target, string eventType, Guid deliveryId, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        var result = new AttemptResult { Outcome = AttemptOutcome.Succeeded, StartedAt = clock.GetInstant() };
        using var request = Build(target, eventType, deliveryId, body);
        using var timer = new CancellationTokenSource(deadline, clock);
        using var interruption = stop.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), timer);
        try
        {
            using var response = await egress.SendAsync(request, timer.Token).ConfigureAwait(false);
            ReadHead(result, response);
            await ReadBodyAsync(result, response.Content, timer.Token).ConfigureAwait(false);
            if (result.Status is < 200 or >= 300)
                AttemptFailure.OfStatus(result, response);
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is not OutOfMemoryException)
        {
            return AttemptFailure.OfStop(result.StartedAt, clock.GetElapsedTime(began), AddressOf(request));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or SocketException or InvalidOperationException)
        {
            AttemptFailure.OfException(result, e, target.Url, request.Trace.Stage, timer.IsCancellationRequested ? deadline : null);
        }

        result.Duration = clock.GetElapsedTime(began);
        result.RemoteAddress = AddressOf(request);
        return result;
    }

    private static EgressRequest Build(DeliveryTarget target, string eventType, Guid deliveryId, ReadOnlyMemory<byte> body)
    {
        var request = new EgressRequest(HttpMethod.Post, target.Url) { Content = new OneShotContent(body) };
        // Texts as they are: the typed headers would parse them for each request.
        request.Content.Headers.TryAddWithoutValidation("Content-Type", Json);
        var headers = request.Headers;
        headers.TryAddWithoutValidation("User-Agent", UserAgent);
        headers.TryAddWithoutValidation(WebhookSignature.EventHeader, eventType);
        headers.TryAddWithoutValidation(WebhookSignature.DeliveryHeader, deliveryId.ToString("D"));
        if (target.Signer is { } signer)
            headers.TryAddWithoutValidation(WebhookSignature.Header, signer.Sign(body.Span));
        // Checked when they were saved: TryAdd would write a line break to the wire. .NET keeps Allow, Expires and Last-Modified with the content.
        foreach (var (name, value) in target.Headers)
            _ = headers.TryAddWithoutValidation(name, value) || request.Content.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private void ReadHead(AttemptResult result, HttpResponseMessage response)
    {
        result.Status = (int)response.StatusCode;
        result.ResponseHeaders = Headers(response);
        if (result.Status is 429 or 503)
            result.RetryAfter = RetryAfter(response);
    }

    // Over a pooled connection the origin's last address; for a new one what was dialled, if anything was.
    private string? AddressOf(EgressRequest request) =>
        request.Trace.Stage == ConnectStage.None ? egress.RemoteAddress(request.RequestUri!) : request.Trace.Address;

    private static async ValueTask ReadBodyAsync(AttemptResult result, HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength == 0)
            return;
        var buffer = ArrayPool<byte>.Shared.Rent(MaxBody + 1);
        try
        {
            using var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            var read = await stream.ReadAtLeastAsync(buffer.AsMemory(0, MaxBody + 1), MaxBody + 1, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            result.ResponseBody = buffer.AsSpan(0, Math.Min(read, MaxBody)).ToArray();
            result.BodyTruncated = read > MaxBody;
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
