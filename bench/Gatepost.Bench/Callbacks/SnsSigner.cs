using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gatepost.Providers;

namespace Gatepost.Bench.Callbacks;

/// <summary>RSA-2048 with SHA-256 (signature version 2) over an SNS notification of an SES delivery; its certificate is given with the account.</summary>
internal sealed class SnsSigner : CallbackSigner
{
    private const string Topic = "arn:aws:sns:us-east-1:123456789012:ses-events";
    private const string Subject = "Amazon SES Email Event Notification";
    private const string CertificateUrl = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-7e57ce27000000000000000000000001.pem";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly X509Certificate2 Certificate = CreateCertificate();
    private static readonly RSAParameters Parameters = Certificate.GetRSAPrivateKey()!.ExportParameters(includePrivateParameters: true);
    private static readonly ThreadLocal<RSA> Key = new(() => RSA.Create(Parameters));

    public override string Name => "sns";

    public override string Provider => "ses";

    public override string Route => "aws/ses";

    public override Dictionary<string, object?> Account { get; } = new()
    {
        ["credentials"] = new { certificatePem = Certificate.ExportCertificatePem() },
        ["allowedTopicArns"] = new[] { Topic },
    };

    public override CallbackContext Context { get; } = new()
    {
        Credentials = new ProviderCredentials { AllowedTopicArns = [Topic] },
        Now = TimeProvider.System.GetUtcNow(),
        Certificates = new OneCertificate(X509CertificateLoader.LoadCertificate(Certificate.RawData)),
    };

    protected override SignedCallback Sign(string url, string id)
    {
        var message = Message(id);
        var messageId = Guid.ParseExact(id, "N").ToString("D");
        const string Timestamp = "2026-11-23T08:00:00.000Z";
        var signed = $"Message\n{message}\nMessageId\n{messageId}\nSubject\n{Subject}\nTimestamp\n{Timestamp}\nTopicArn\n{Topic}\nType\nNotification\n";
        var signature = Key.Value!.SignData(Encoding.UTF8.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                Type = "Notification",
                MessageId = messageId,
                TopicArn = Topic,
                Subject,
                Message = message,
                Timestamp,
                SignatureVersion = "2",
                Signature = Convert.ToBase64String(signature),
                SigningCertURL = CertificateUrl,
                UnsubscribeURL = $"https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={Topic}:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55",
            },
            Indented);
        return new SignedCallback(
            url, Route,
            [
                ("x-amz-sns-message-type", "Notification"), ("x-amz-sns-message-id", messageId), ("x-amz-sns-topic-arn", Topic),
                ("x-amz-sns-subscription-arn", $"{Topic}:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55"),
                ("Content-Type", "text/plain; charset=UTF-8"), ("User-Agent", "Amazon Simple Notification Service Agent"),
            ],
            body);
    }

    private static string Message(string id) =>
        $$$"""
        {"eventType":"Delivery","mail":{"timestamp":"2026-11-20T23:20:52.240Z","source":"support@desk.test","sourceArn":"arn:aws:ses:us-east-1:246813579246:identity/support@desk.test","sendingAccountId":"246813579246","messageId":"{{{id}}}-000000","destination":["mara.keller@customer.test"],"headersTruncated":false,"headers":[{"name":"From","value":"support@desk.test"},{"name":"To","value":"mara.keller@customer.test"},{"name":"Subject","value":"Your ticket 1042 was answered"},{"name":"MIME-Version","value":"1.0"}],"commonHeaders":{"from":["support@desk.test"],"to":["mara.keller@customer.test"],"messageId":"{{{id}}}-000000","subject":"Your ticket 1042 was answered"},"tags":{"ses:configuration-set":["desk-outgoing"],"ses:source-ip":["198.51.100.24"],"ses:from-domain":["desk.test"],"tenant":["acme"]}},"delivery":{"timestamp":"2026-11-20T23:21:04.133Z","processingTimeMillis":11893,"recipients":["mara.keller@customer.test"],"smtpResponse":"250 2.0.0 Queued as 4c9Q2L","reportingMTA":"mx1.customer.test"}}
        """;

    private static X509Certificate2 CreateCertificate()
    {
        using var key = RSA.Create(2_048);
        var request = new CertificateRequest("CN=sns.amazonaws.com", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("sns.amazonaws.com");
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    private sealed class OneCertificate(X509Certificate2 certificate) : ICertificateSource
    {
        public ValueTask<X509Certificate2?> GetAsync(Uri url, CancellationToken cancellation) => ValueTask.FromResult<X509Certificate2?>(certificate);
    }
}
