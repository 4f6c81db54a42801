using System.Text.Json;

namespace Gatepost.Providers.Resend;

/// <summary>Reads <c>{type, created_at, data}</c>.</summary>
internal static class ResendEvents
{
    /// <param name="id">The message's id at Svix: signed, and the same when the event comes again.</param>
    public static CallbackEvent Read(JsonElement json, string id)
    {
        var type = json.Text("type") ?? throw new CallbackFormatException("The event has no type.");
        var data = json.Member("data") ?? throw new CallbackFormatException("The event has no data.");
        string[] to = [.. Texts(data.Member("to")).Select(EmailAddress.Bare).OfType<string>()];
        var common = new CallbackEvent
        {
            Kind = CallbackEventKind.Other,
            Channel = CallbackChannel.Email,
            ProviderStatus = type,
            ProviderMessageId = data.Text("email_id"),
            ProviderEventId = id,
            From = EmailAddress.Bare(data.Text("from")),
            OccurredAt = CallbackJson.Instant(json.Text("created_at")),
            DedupKey = $"resend|{id}",
        };
        if (type == "email.received")
            return Inbound(common, data, to);
        return type.StartsWith("email.", StringComparison.Ordinal) ? Status(common, data, to) : common;
    }

    private static CallbackEvent Status(CallbackEvent common, JsonElement data, string[] to)
    {
        var bounce = data.Member("bounce");
        var (status, terminal) = ResendStatuses.Of(common.ProviderStatus!, bounce.Text("type"));
        return common with
        {
            Kind = CallbackEventKind.Status,
            Status = status,
            // An event does not say which of several recipients it is about.
            Recipient = to.FirstOrDefault(),
            ErrorCode = bounce.Text("type") is { } kind ? $"{kind}/{bounce.Text("subType")}" : data.Member("suppressed").Text("type"),
            ErrorReason = bounce.Text("message") ?? data.Member("suppressed").Text("message") ?? data.Member("failed").Text("reason"),
            Terminal = terminal,
            Reference = Tag(data.Member("tags"), "messageId"),
            Extra = new Extras()
                .With("bounceType", status != MessageStatus.Bounced ? null : terminal ? "hard" : "soft")
                .With("recipients", to.Length > 1 ? to : null)
                .With("clickUrl", data.Member("click").Text("link"))
                .With("tags", data.Member("tags").Plain()),
        };
    }

    /// <summary>The body and the files must be fetched from Resend's API with the id.</summary>
    private static CallbackEvent Inbound(CallbackEvent common, JsonElement data, string[] to) => common with
    {
        Kind = CallbackEventKind.Inbound,
        To = to.FirstOrDefault(),
        Extra = new Extras().With("fetchBody", true).With("messageId", data.Text("message_id")?.Trim('<', '>')).With("subject", data.Text("subject")),
        Media = [.. data.Member("attachments").Items().Select(f => new CallbackMedia(f.Text("id"), null, f.Text("content_type"), f.Text("filename")))],
    };

    /// <summary>An object, or a list of names and values as they were sent.</summary>
    private static string? Tag(JsonElement? tags, string name) =>
        tags.Text(name) ?? tags.Items().FirstOrDefault(t => t.Text("name") == name).Text("value");

    private static IEnumerable<string?> Texts(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(t => CallbackJson.AsText(t)) : [value.AsText()];
}
