using System.Text.Json;

namespace Gatepost.Providers.Mailgun;

/// <summary>Reads what became of an outbound message: one JSON event, or the flat form of old hooks.</summary>
internal static class MailgunEvents
{
    /// <param name="token">Of the signature: event ids repeat after a day, tokens do not.</param>
    public static CallbackEvent FromJson(JsonElement json, string token)
    {
        var data = json.Member("event-data") ?? throw new CallbackFormatException("There is no event-data.");
        var word = data.Text("event") ?? throw new CallbackFormatException("There is no event.");
        var (severity, reason, headers) = (data.Text("severity"), data.Text("reason"), data.Member("message").Member("headers"));
        var (status, terminal) = MailgunStatuses.Of(word, severity, reason);
        var failed = status is MessageStatus.Deferred or MessageStatus.Bounced or MessageStatus.Failed;
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Status,
            Channel = CallbackChannel.Email,
            Status = status,
            ProviderStatus = word == "failed" && severity is not null ? $"{word}/{severity}" : word,
            ProviderMessageId = headers.Text("message-id")?.Trim('<', '>'),
            ProviderEventId = data.Text("id"),
            // A rejected message has not been taken apart by recipient.
            Recipient = EmailAddress.Bare(data.Text("recipient") ?? headers.Text("to")),
            From = EmailAddress.Bare(headers.Text("from")),
            OccurredAt = CallbackJson.UnixTime(data.Text("timestamp")),
            ErrorCode = failed ? data.Member("delivery-status").Text("code") : null,
            ErrorReason = failed ? Reason(data) ?? reason : null,
            Terminal = terminal,
            DedupKey = $"mailgun|{token}",
            Reference = data.Member("user-variables").Text("messageId"),
            Extra = Extra(data, reason),
        };
    }

    public static CallbackEvent FromForm(FormParts form, MailgunSignature signature)
    {
        var word = form.Text("event") ?? throw new CallbackFormatException("There is no event.");
        var (status, terminal) = MailgunStatuses.Of(word, severity: null, form.Text("reason"));
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Status,
            Channel = CallbackChannel.Email,
            Status = status,
            ProviderStatus = word,
            ProviderMessageId = (form.Text("Message-Id") ?? form.Text("message-id"))?.Trim('<', '>'),
            Recipient = EmailAddress.Bare(form.Text("recipient")),
            OccurredAt = CallbackJson.UnixTime(signature.Timestamp),
            ErrorCode = form.Text("code"),
            ErrorReason = form.Text("error") ?? form.Text("description"),
            Terminal = terminal,
            DedupKey = $"mailgun|{signature.Token}",
            Reference = form.Text("messageId"),
        };
    }

    private static string? Reason(JsonElement data)
    {
        var (delivery, reject) = (data.Member("delivery-status"), data.Member("reject"));
        return new[] { delivery.Text("message"), delivery.Text("description"), reject.Text("reason"), reject.Text("description") }
            .FirstOrDefault(text => !string.IsNullOrEmpty(text));
    }

    private static Extras Extra(JsonElement data, string? reason) => new Extras()
        .With("reason", reason)
        .With("bounceType", MailgunStatuses.BounceType(reason))
        .With("clickUrl", data.Text("url"))
        .With("ip", data.Text("ip"))
        .With("userAgent", data.Member("client-info").Text("user-agent"))
        .With("tags", data.Member("tags").Plain())
        .With("userVariables", data.Member("user-variables").Plain());
}
