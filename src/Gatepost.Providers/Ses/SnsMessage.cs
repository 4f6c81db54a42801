using System.Text;

namespace Gatepost.Providers.Ses;

/// <summary>The envelope of SNS. Values are the decoded ones: those are signed, so escaping the JSON anew does no harm.</summary>
internal sealed class SnsMessage
{
    public const string Notification = "Notification";
    public const string SubscriptionConfirmation = "SubscriptionConfirmation";

    private static readonly string[] NotificationFields = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];

    // Some official validators leave Token out for UnsubscribeConfirmation and refuse genuine messages.
    private static readonly string[] ConfirmationFields = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

    private static readonly string[] UnsignedFields = ["Signature", "SignatureVersion", "SigningCertURL", "SigningCertUrl"];

    private readonly Dictionary<string, string> values;

    private SnsMessage(Dictionary<string, string> values, string type) => (this.values, Type) = (values, type);

    public string Type { get; }

    public string MessageId => this["MessageId"] ?? "";

    public string TopicArn => this["TopicArn"] ?? "";

    public string Message => this["Message"] ?? "";

    public string Timestamp => this["Timestamp"] ?? "";

    public string SignatureVersion => this["SignatureVersion"] ?? "";

    public string Signature => this["Signature"] ?? "";

    public string SubscribeUrl => this["SubscribeURL"] ?? "";

    /// <summary>Lambda hands the same message over with another casing.</summary>
    public string SigningCertUrl => this["SigningCertURL"] ?? this["SigningCertUrl"] ?? "";

    private string? this[string name] => values.GetValueOrDefault(name);

    /// <returns>Null when it is JSON but no message of SNS: a type that nobody knows, or a signed member that is missing or no text.</returns>
    /// <exception cref="CallbackFormatException">It is no JSON.</exception>
    public static SnsMessage? Read(ReadOnlyMemory<byte> body)
    {
        var json = CallbackJson.Parse(body);
        var type = json.StrictText("Type");
        if (Fields(type) is not { } fields || !fields.All(f => json.StrictText(f) is not null || (f == "Subject" && json.Member(f) is null)))
            return null;
        // All at once: a text that is no text is found here, not while verifying.
        var values = fields.Concat(UnsignedFields).Select(f => KeyValuePair.Create(f, json.StrictText(f))).Where(f => f.Value is not null).ToDictionary();
        return new SnsMessage(values!, type!);
    }

    /// <summary>Name and value, each on a line, by name; a member that is absent or null is left out.</summary>
    public byte[] SignedOctets()
    {
        var text = new StringBuilder();
        foreach (var field in Fields(Type)!)
        {
            if (this[field] is { } value)
                text.Append(field).Append('\n').Append(value).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string[]? Fields(string? type) => type switch
    {
        Notification => NotificationFields,
        SubscriptionConfirmation or "UnsubscribeConfirmation" => ConfirmationFields,
        _ => null,
    };
}
