using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gatepost.Providers.Mailgun;

/// <summary>hex(HMAC-SHA256(signing key, timestamp + token)). The content is not covered: age and token are all that stops a repetition.</summary>
/// <param name="Given">The signatures sent: the account's own and, for a subaccount, its parent's.</param>
internal sealed record MailgunSignature(string Timestamp, string Token, IReadOnlyList<string> Given)
{
    // An event is a few kB; only inbound e-mail is long. It is read before the sender is known.
    private const int LongestEvent = 1024 * 1024;

    /// <returns>Null when there is none, or the body is neither JSON nor a form.</returns>
    public static MailgunSignature? TryRead(CallbackRequest request)
    {
        if (request.MediaType == "application/json")
            return request.Body.Length <= LongestEvent ? FromJson(request.Body) : null;
        // Old hooks merge the sender's own variables into the form: only the last values are Mailgun's.
        return FormParts.TryRead(request) is { } form
            && form.Last("timestamp")?.Text is { } timestamp && form.Last("token")?.Text is { } token && form.Last("signature")?.Text is { } signature
                ? new MailgunSignature(timestamp, token, [signature]) : null;
    }

    public bool Matches(IReadOnlyList<string> keys)
    {
        var signed = Encoding.UTF8.GetBytes(Timestamp + Token);
        var found = false;
        foreach (var key in SigningSecrets.Usable(keys))
        {
            var right = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed);
            foreach (var given in Given)
                found |= HexDigest.IsOf(given, right);
        }

        return found;
    }

    private static MailgunSignature? FromJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            var json = CallbackJson.Parse(body).Member("signature");
            return json.Text("timestamp") is { } timestamp && json.Text("token") is { Length: > 0 } token
                ? new MailgunSignature(timestamp, token, [.. Signatures(json!.Value)]) : null;
        }
        catch (CallbackFormatException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Signatures(JsonElement json) =>
        new[] { json.StrictText("signature"), json.StrictText("parent-account-signature") }.OfType<string>();
}
