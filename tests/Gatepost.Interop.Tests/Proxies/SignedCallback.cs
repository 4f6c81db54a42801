using System.Net.Http.Headers;
using System.Text;
using Gatepost.Testing.Signers;

namespace Gatepost.Interop.Tests.Proxies;

/// <summary>What a provider that signs the URL sends to it.</summary>
internal static class SignedCallback
{
    public const string Secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    private const string Nonce = "12345678901234567890";

    private static readonly (string, string)[] TwilioFields = [("MessageSid", "SM1"), ("MessageStatus", "delivered"), ("To", "+15558675310")];
    private static readonly (string, string)[] PlivoFields = [("MessageUUID", "u-1"), ("Status", "delivered"), ("To", "15553334444")];
    private static readonly (string, string)[] MandrillFields = [("mandrill_events", """[{"event":"send","_id":"a","ts":1795521600,"msg":{"email":"a@example.test","_id":"m"}}]""")];

    /// <summary>The account type.</summary>
    public static string Account(string provider) => provider.Split(' ')[0];

    public static string Route(string provider) => Account(provider) switch
    {
        "twilio" => "twilio/sms",
        "plivo" => "plivo/sms",
        "messagebird" => "messagebird/sms",
        _ => "email-status",
    };

    /// <param name="url">What the provider believes that it calls.</param>
    public static HttpRequestMessage Make(string provider, Uri url) => provider switch
    {
        "twilio" => Form(url, TwilioFields, ("X-Twilio-Signature", FormSigner.Sign(Secret, url.AbsoluteUri, TwilioFields))),
        "plivo v2" => Form(url, PlivoFields, ("X-Plivo-Signature-V2", PlivoSigner.V2(Secret, url.AbsoluteUri, Nonce)), ("X-Plivo-Signature-V2-Nonce", Nonce)),
        "plivo v3" => Form(url, PlivoFields, ("X-Plivo-Signature-V3", PlivoSigner.V3(Secret, url.AbsoluteUri, Nonce, PlivoFields)), ("X-Plivo-Signature-V3-Nonce", Nonce)),
        "mandrill" => Form(url, MandrillFields, ("X-Mandrill-Signature", FormSigner.Sign(Secret, url.AbsoluteUri, MandrillFields))),
        "messagebird" => With(new(HttpMethod.Get, url), ("MessageBird-Signature-JWT", MessagebirdSigner.Jwt(Secret, url.AbsoluteUri, [], TimeProvider.System.GetUtcNow()))),
        _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, "It signs no URL."),
    };

    /// <summary>The same request, sent to somewhere else.</summary>
    public static HttpRequestMessage To(this HttpRequestMessage request, Uri url, params (string Name, string Value)[] headers)
    {
        request.RequestUri = url;
        return With(request, headers);
    }

    private static HttpRequestMessage Form(Uri url, (string, string)[] fields, params (string Name, string Value)[] headers) => With(
        new(HttpMethod.Post, url) { Content = new StringContent(FormSigner.Encode(fields), Encoding.UTF8, new MediaTypeHeaderValue("application/x-www-form-urlencoded")) }, headers);

    private static HttpRequestMessage With(HttpRequestMessage request, params (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return request;
    }
}
