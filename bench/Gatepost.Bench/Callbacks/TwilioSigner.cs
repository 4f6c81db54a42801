using System.Security.Cryptography;
using System.Text;
using Gatepost.Providers;

namespace Gatepost.Bench.Callbacks;

/// <summary>HMAC-SHA1 over the URL and the sorted fields, of a status callback.</summary>
internal sealed class TwilioSigner : CallbackSigner
{
    private const string Secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    public override string Name => "twilio";

    public override string Provider => "twilio";

    public override string Route => "twilio/sms";

    public override Dictionary<string, object?> Account { get; } = new() { ["credentials"] = new { secrets = new[] { Secret } } };

    public override CallbackContext Context { get; } = new() { Credentials = new ProviderCredentials { Secrets = [Secret] }, Now = TimeProvider.System.GetUtcNow() };

    protected override SignedCallback Sign(string url, string id)
    {
        (string Name, string Value)[] fields =
        [
            ("SmsSid", "SM" + id), ("SmsStatus", "delivered"), ("MessageStatus", "delivered"), ("To", "+15558675310"), ("MessageSid", "SM" + id),
            ("AccountSid", "AC0123456789abcdef0123456789abcdef"), ("From", "+15017122661"), ("ApiVersion", "2010-04-01"),
        ];
        var signed = url + string.Concat(fields.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => f.Name + f.Value));
#pragma warning disable CA5350 // SHA-1 is Twilio's choice.
        var signature = HMACSHA1.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(signed));
#pragma warning restore CA5350
        return new SignedCallback(
            url, Route,
            [
                ("User-Agent", "TwilioProxy/1.1"), ("Accept", "*/*"), ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"),
                ("X-Twilio-Signature", Convert.ToBase64String(signature)), ("I-Twilio-Idempotency-Token", Guid.ParseExact(id, "N").ToString("D")),
            ],
            Encoding.ASCII.GetBytes(string.Join('&', fields.Select(f => $"{f.Name}={Uri.EscapeDataString(f.Value)}"))));
    }
}
