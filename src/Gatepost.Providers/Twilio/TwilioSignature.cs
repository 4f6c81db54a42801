using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Providers.Twilio;

/// <summary>
/// <c>X-Twilio-Signature</c>: HMAC-SHA1 with the auth token over the URL and the sorted, decoded form fields.
/// https://www.twilio.com/docs/usage/security#validating-requests (2026-11)
/// </summary>
internal static class TwilioSignature
{
    private const string Form = "application/x-www-form-urlencoded";

    /// <returns>Why the request is not Twilio's; null when it is.</returns>
    public static string? Fault(CallbackRequest request, IReadOnlyList<string> authTokens)
    {
        if (request.Header("X-Twilio-Signature") is not { } text)
            return "X-Twilio-Signature is missing.";
        var signature = new byte[HMACSHA1.HashSizeInBytes];
        if (!Convert.TryFromBase64String(text, signature, out var length) || length != signature.Length)
            return "X-Twilio-Signature is no Base64 of 20 bytes.";
        var isForm = request.MediaType == Form;
        if (!isForm && BodyFault(request) is { } fault)
            return fault;

        var fields = isForm ? SignedFields(request.Body) : "";
        var urls = TwilioUrl.Candidates(request.Url);
        foreach (var token in SigningSecrets.Usable(authTokens))
        {
            if (urls.Any(url => SecretComparer.AreEqual(signature, Compute(token, url + fields))))
                return null;
        }

        return "X-Twilio-Signature does not match: wrong auth token, or the URL at Twilio is not the account's public URL.";
    }

    /// <summary>A body that is no form is bound to the signed URL by its hash alone.</summary>
    private static string? BodyFault(CallbackRequest request)
    {
        if (CallbackForm.Parse(request.RawQuery).Value("bodySHA256") is not { } text)
            return request.Body.IsEmpty ? null : "The body is no form, and the signed URL does not hold its bodySHA256.";
        var stated = new byte[SHA256.HashSizeInBytes];
        var isHash = Convert.FromHexString(text, stated, out _, out var length) == OperationStatus.Done && length == stated.Length;
        return isHash && SecretComparer.AreEqual(stated, SHA256.HashData(request.Body.Span)) ? null : "bodySHA256 does not match the body.";
    }

    /// <summary>Every field counts, the unknown ones too; a repeated value counts once.</summary>
    private static string SignedFields(ReadOnlyMemory<byte> body)
    {
        var fields = CallbackForm.Parse(body).Fields.ToArray();
        Array.Sort(fields, Compare);
        var signed = new StringBuilder(body.Length);
        for (var i = 0; i < fields.Length; i++)
        {
            if (i == 0 || Compare(fields[i - 1], fields[i]) != 0)
                signed.Append(fields[i].Key).Append(fields[i].Value);
        }

        return signed.ToString();
    }

    private static int Compare(KeyValuePair<string, string> a, KeyValuePair<string, string> b) =>
        string.CompareOrdinal(a.Key, b.Key) is not 0 and var order ? order : string.CompareOrdinal(a.Value, b.Value);

#pragma warning disable CA5350 // SHA-1 is Twilio's choice; as an HMAC it is not broken.
    private static byte[] Compute(string token, string data) => HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(data));
#pragma warning restore CA5350
}
