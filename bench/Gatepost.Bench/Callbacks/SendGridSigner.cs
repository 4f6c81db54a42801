using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatepost.Providers;

namespace Gatepost.Bench.Callbacks;

/// <summary>ECDSA P-256 over timestamp and body, of a batch with one event: the most signatures per event.</summary>
internal sealed class SendGridSigner : CallbackSigner
{
    private const string Prefix = "X-Twilio-Email-Event-Webhook-";
    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly ECParameters Parameters = Key.ExportParameters(includePrivateParameters: true);
    private static readonly string PublicKey = Convert.ToBase64String(Key.ExportSubjectPublicKeyInfo());
    private static readonly string Now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    public override string Name => "sendgrid";

    public override string Provider => "sendgrid";

    public override string Route => "sendgrid";

    public override Dictionary<string, object?> Account { get; } = new() { ["credentials"] = new { publicKey = PublicKey } };

    public override CallbackContext Context { get; } = new() { Credentials = new ProviderCredentials { PublicKeys = [PublicKey] }, Now = TimeProvider.System.GetUtcNow() };

    protected override SignedCallback Sign(string url, string id)
    {
        var body = Encoding.ASCII.GetBytes(
            $$"""
            [{"email":"ana@example.com","timestamp":{{Now}},"smtp-id":"<{{id[16..]}}@ismtpd-555>","event":"delivered","category":["receipts","v2"],"sg_event_id":"{{id}}","sg_message_id":"{{id}}.filter0001.16648.5515E0B88.0","response":"250 2.0.0 OK","order_id":"A-1001"}]
            """);
        // A key object is no good for two threads.
        using var key = ECDsa.Create(Parameters);
        var signature = key.SignData([.. Encoding.ASCII.GetBytes(Now), .. body], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new SignedCallback(
            url, Route,
            [
                ("User-Agent", "SendGrid Event API"), ("Content-Type", "application/json;charset=utf-8"),
                ($"{Prefix}Signature", Convert.ToBase64String(signature)), ($"{Prefix}Timestamp", Now),
            ],
            body);
    }
}
