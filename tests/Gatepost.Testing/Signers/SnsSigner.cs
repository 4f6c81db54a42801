using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Gatepost.Testing.Signers;

/// <summary>A certificate as SNS has it, and messages that are signed with it.</summary>
internal sealed class SnsSigner : IDisposable
{
    public const string Topic = "arn:aws:sns:us-east-1:123456789012:ses-events";
    private const string CertificateUrl = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-7e57ce27000000000000000000000001.pem";
    private readonly RSA key = RSA.Create(2_048);
    private readonly X509Certificate2 certificate;

    public SnsSigner()
    {
        var request = new CertificateRequest("CN=sns.amazonaws.com", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("sns.amazonaws.com");
        request.CertificateExtensions.Add(names.Build());
        certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }

    public string CertificatePem => certificate.ExportCertificatePem();

    /// <param name="version">1 is SHA-1, 2 is SHA-256.</param>
    public JsonObject Sign(string type, string message, int version)
    {
        var signed = new JsonObject { ["Message"] = message, ["MessageId"] = Guid.NewGuid().ToString() };
        if (type == "SubscriptionConfirmation")
            signed["SubscribeURL"] = $"https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={Topic}&Token=t";
        signed["Timestamp"] = "2026-11-23T08:00:00.000Z";
        if (type == "SubscriptionConfirmation")
            signed["Token"] = "t";
        signed["TopicArn"] = Topic;
        signed["Type"] = type;
        var octets = Encoding.UTF8.GetBytes(string.Concat(signed.Select(m => $"{m.Key}\n{m.Value}\n")));
        signed["SignatureVersion"] = $"{version}";
        signed["Signature"] = Convert.ToBase64String(key.SignData(octets, version == 1 ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        signed["SigningCertURL"] = CertificateUrl;
        return signed;
    }

    public void Dispose()
    {
        certificate.Dispose();
        key.Dispose();
    }
}
