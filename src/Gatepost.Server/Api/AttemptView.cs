using System.Text;
using Gatepost.Deliveries;
using Gatepost.Events;
using Gatepost.Signing;

namespace Gatepost.Server.Api;

/// <summary>What was sent. Values that could be secret are masked: they are not kept.</summary>
internal sealed record AttemptRequestView(string Url, IReadOnlyDictionary<string, string> Headers);

/// <summary>What came back.</summary>
/// <param name="Body">At most 4,096 bytes.</param>
/// <param name="BodyEncoding"><c>utf-8</c>, or <c>base64</c> where the bytes are no UTF-8 text.</param>
internal sealed record AttemptResponseView(int Status, IReadOnlyDictionary<string, string> Headers, string Body, string BodyEncoding, bool BodyTruncated);

/// <summary>One HTTP try.</summary>
internal sealed record AttemptView
{
    private const string Masked = "***";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public required int Number { get; init; }

    /// <summary>automatic, manual, replay or test.</summary>
    public required string Trigger { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required long DurationMs { get; init; }

    public required string Outcome { get; init; }

    public ErrorView? Error { get; init; }

    public required AttemptRequestView Request { get; init; }

    public AttemptResponseView? Response { get; init; }

    public string? RemoteAddress { get; init; }

    public static AttemptView Of(Attempt attempt, Delivery delivery)
    {
        var result = attempt.Result;
        return new AttemptView
        {
            Number = attempt.Number,
            Trigger = attempt.Trigger.Name(),
            StartedAt = result.StartedAt,
            DurationMs = (long)result.Duration.TotalMilliseconds,
            Outcome = result.Outcome.ToCode(),
            Error = result.Outcome == AttemptOutcome.Succeeded
                ? null
                : new ErrorView(result.Outcome.ToCode(), result.Message ?? AttemptFailure.Sentence(result.Outcome, result.Status), result.Hint),
            Request = new AttemptRequestView(attempt.Url, RequestHeaders(attempt, delivery)),
            Response = result.Status is { } status ? ViewResponse(status, result) : null,
            RemoteAddress = result.RemoteAddress,
        };
    }

    private static Dictionary<string, string> RequestHeaders(Attempt attempt, Delivery delivery)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Content-Type"] = "application/json",
            ["User-Agent"] = AttemptSender.UserAgent,
            [WebhookSignature.EventHeader] = delivery.EventType.Name(),
            [WebhookSignature.DeliveryHeader] = delivery.Id.ToString("D"),
        };
        if (attempt.Signed)
            headers[WebhookSignature.Header] = Masked;
        foreach (var name in attempt.HeaderNames)
            headers[name] = Masked;
        return headers;
    }

    private static AttemptResponseView ViewResponse(int status, AttemptResult result)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in result.ResponseHeaders)
            headers[name] = headers.TryGetValue(name, out var before) ? $"{before}, {value}" : value;
        var (body, encoding) = Text(result.ResponseBody, result.BodyTruncated);
        return new AttemptResponseView(status, headers, body, encoding, result.BodyTruncated);
    }

    // The cap may cut a character in half: what is text up to there is still shown as text.
    private static (string Body, string Encoding) Text(byte[] bytes, bool truncated)
    {
        for (var cut = 0; cut <= (truncated ? Math.Min(3, bytes.Length) : 0); cut++)
        {
            try
            {
                return (Strict.GetString(bytes, 0, bytes.Length - cut), "utf-8");
            }
            catch (DecoderFallbackException)
            {
                // Perhaps with one byte less.
            }
        }

        return (Convert.ToBase64String(bytes), "base64");
    }
}
