using System.Text;
using System.Text.Json;

namespace Gatepost.Providers.Brevo;

/// <summary>Reads one flat event.</summary>
internal static class BrevoEvents
{
    public static CallbackEvent Read(JsonElement json)
    {
        var word = json.Text("event") ?? throw new CallbackFormatException("The event has no name.");
        var (status, terminal) = BrevoStatuses.Of(word);
        var (id, email, at) = (json.Text("message-id")?.Trim('<', '>'), EmailAddress.Bare(json.Text("email")), json.Text("ts_epoch"));
        return new CallbackEvent
        {
            Kind = word == "list_addition" ? CallbackEventKind.Other : CallbackEventKind.Status,
            Channel = CallbackChannel.Email,
            Status = status,
            ProviderStatus = word,
            ProviderMessageId = id,
            Recipient = email,
            // date, ts and ts_event follow the time zone of the account.
            OccurredAt = CallbackJson.UnixTime(at),
            ErrorReason = json.Text("reason"),
            Terminal = terminal,
            DedupKey = string.Join('|', "brevo", id, email, word, at, json.Text("link")),
            Reference = Reference(json.Text("X-Mailin-custom")),
            Extra = new Extras()
                .With("bounceType", status != MessageStatus.Bounced ? null : terminal ? "hard" : "soft")
                .With("clickUrl", json.Text("link"))
                .With("machineOpen", word.Contains("proxy_open", StringComparison.Ordinal) ? true : null)
                .With("tags", json.Member("tags").Plain()),
        };
    }

    /// <summary>The header that we sent along: JSON with our id, or the id alone.</summary>
    private static string? Reference(string? custom)
    {
        if (custom is not ['{', ..])
            return string.IsNullOrWhiteSpace(custom) ? null : custom;
        try
        {
            return CallbackJson.Parse(Encoding.UTF8.GetBytes(custom)).Text("messageId");
        }
        catch (CallbackFormatException)
        {
            return null;
        }
    }
}
