using System.Text.Json;

namespace Gatepost.Providers.Meta;

/// <summary>A message of a customer.</summary>
internal static class MetaMessages
{
    public static CallbackEvent Read(MetaChange change, JsonElement message)
    {
        var type = message.Text("type") ?? "unknown";
        var extra = Specifics(change, message).With("messageType", type);
        MetaContent.Describe(message, type, extra);
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Inbound,
            Channel = CallbackChannel.WhatsApp,
            ProviderStatus = type,
            ProviderMessageId = message.Text("id"),
            // Customers may hide their number: then only a business-scoped user id comes.
            From = PhoneNumber.Normalize(message.Text("from")) ?? message.Text("from_user_id"),
            To = change.Number,
            Text = InboundText.Normalize(MetaContent.Text(message, type)),
            OccurredAt = CallbackJson.UnixTime(message.Text("timestamp")),
            DedupKey = $"meta|{change.NumberId}|{message.Text("id") ?? MetaPayload.Digest(message)}|inbound",
            Extra = extra,
            Media = MetaContent.Media(message, type),
        };
    }

    private static Extras Specifics(MetaChange change, JsonElement message)
    {
        var context = message.Member("context");
        return new Extras()
            .With("phoneNumberId", change.NumberId)
            .With("profileName", Contact(change.Value, message).Member("profile").Text("name"))
            .With("repliedToMessageId", context.Text("gs_id") ?? context.Text("id"))
            .With("forwarded", context.Member("forwarded").Plain())
            .With("frequently_forwarded", context.Member("frequently_forwarded").Plain())
            .With("referral", message.Member("referral").Plain());
    }

    private static JsonElement? Contact(JsonElement value, JsonElement message)
    {
        var contacts = value.Member("contacts").Items().ToList();
        var (from, user) = (message.Text("from"), message.Text("from_user_id"));
        foreach (var contact in contacts)
        {
            if ((from is not null && contact.Text("wa_id") == from) || (user is not null && contact.Text("user_id") == user))
                return contact;
        }

        return contacts.Count == 1 ? contacts[0] : null;
    }
}
