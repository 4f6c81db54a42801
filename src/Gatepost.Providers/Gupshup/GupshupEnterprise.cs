using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gatepost.Providers.Gupshup;

/// <summary>The enterprise gateway: a form whose <c>response</c> is a JSON array, or one report in a query.</summary>
internal static partial class GupshupEnterprise
{
    /// <exception cref="CallbackFormatException">It is no report.</exception>
    public static IEnumerable<CallbackEvent> Read(CallbackRequest request)
    {
        var fields = request.Method == "GET" ? CallbackForm.Parse(request.RawQuery) : CallbackForm.Parse(request.Body);
        if (fields.Value("response") is { } response)
            return Array(response).Select(report => Status(name => report.Text(name)));
        if (fields.Value("externalId") is not null)
            return [Status(fields.Value)];
        throw new CallbackFormatException("The form has neither response nor externalId.");
    }

    private static CallbackEvent Status(Func<string, string?> field)
    {
        var (id, word) = (field("externalId"), field("eventType") ?? field("status") ?? "");
        var (status, terminal) = GupshupStatuses.Find(word);
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Status,
            Channel = string.Equals(field("channel"), "SMS", StringComparison.OrdinalIgnoreCase) ? CallbackChannel.Sms : CallbackChannel.WhatsApp,
            Status = status,
            ProviderStatus = word,
            ProviderMessageId = id,
            Recipient = PhoneNumber.Normalize(field("destAddr") ?? field("phoneNo")),
            OccurredAt = CallbackJson.UnixTime(field("eventTs") ?? field("deliveredTS")),
            ErrorCode = status == MessageStatus.Failed ? field("errCode") : null,
            ErrorReason = status == MessageStatus.Failed ? field("cause") : null,
            Terminal = terminal,
            DedupKey = $"gupshup-ent:{id}:{word.ToUpperInvariant()}",
            Extra = new Extras().With("srcAddr", field("srcAddr") ?? field("mask")).With("noOfFrags", field("noOfFrags")),
        };
    }

    /// <summary>Gupshup's own sample writes ids and codes as 46-11 and 000 without quotes, which is no JSON.</summary>
    private static List<JsonElement> Array(string text)
    {
        try
        {
            return Items(text);
        }
        catch (CallbackFormatException)
        {
            return Items(BareDigits().Replace(text, "\"$1\":\"$2\"$3"));
        }
    }

    private static List<JsonElement> Items(string text) => [.. ((JsonElement?)CallbackJson.Parse(Encoding.UTF8.GetBytes(text))).Items()];

    [GeneratedRegex("""
        "(\w{1,40})"\s*:\s*([0-9][0-9-]*)(\s*[,}])
        """, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex BareDigits();
}
