using System.Text.Json;

namespace Gatepost.Providers.Meta;

/// <summary>A customer stopped or resumed marketing messages.</summary>
internal static class MetaPreferences
{
    public static CallbackEvent Read(MetaChange change, JsonElement preference)
    {
        var (value, at) = (preference.Text("value"), preference.Text("timestamp"));
        var who = preference.Text("wa_id") ?? preference.Text("user_id");
        var stopped = value == "stop";
        return new CallbackEvent
        {
            Kind = stopped ? CallbackEventKind.Status : CallbackEventKind.Preference,
            Channel = CallbackChannel.WhatsApp,
            Status = stopped ? MessageStatus.Unsubscribed : null,
            ProviderStatus = $"user_preferences:{value}",
            Recipient = PhoneNumber.Normalize(who),
            From = change.Number,
            OccurredAt = CallbackJson.UnixTime(at),
            DedupKey = $"meta|{change.NumberId}|{who}|{preference.Text("category")}|{value}|{at}",
            Extra = new Extras().With("phoneNumberId", change.NumberId).With("category", preference.Text("category")),
        };
    }
}
