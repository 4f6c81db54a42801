using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Gatepost.Providers.Meta;

/// <summary>One change of one entry: a request holds up to a thousand.</summary>
/// <param name="NumberId">The id of our phone number.</param>
/// <param name="Number">Our phone number.</param>
internal sealed record MetaChange(string? EntryId, DateTimeOffset? At, string Field, JsonElement Value, string? NumberId, string? Number);

/// <summary>The envelope that Meta uses, and Gupshup's version 3 after it.</summary>
internal static class MetaPayload
{
    public const string WhatsApp = "whatsapp_business_account";

    public static IEnumerable<MetaChange> Changes(JsonElement json) =>
        from entry in json.Member("entry").Items()
        from change in entry.Member("changes").Items()
        let value = change.Member("value")
        where value is not null
        let metadata = value.Member("metadata")
        select new MetaChange(
            entry.Text("id"),
            CallbackJson.UnixTime(entry.Text("time")),
            change.Text("field") ?? "",
            value.Value,
            metadata.Text("phone_number_id"),
            PhoneNumber.Normalize(metadata.Text("display_phone_number")));

    /// <summary>A field that is not about messages, such as a template's review.</summary>
    public static CallbackEvent Other(MetaChange change) => new()
    {
        Kind = CallbackEventKind.Other,
        Channel = CallbackChannel.WhatsApp,
        ProviderStatus = change.Field,
        OccurredAt = change.At,
        DedupKey = $"meta|{change.EntryId}|{change.Field}|{Digest(change.Value)}",
    };

    /// <summary>Stands for an element without an id.</summary>
    public static string Digest(JsonElement json) => Convert.ToHexStringLower(SHA256.HashData(JsonMarshal.GetRawUtf8Value(json)));
}
