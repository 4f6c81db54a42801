using System.Text;
using Gatepost.Providers.Mailgun;
using Gatepost.Providers.Plivo;
using Gatepost.Providers.Ses;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Providers.Tests;

/// <summary>Valid vectors of the schemes that sign decoded values, and what exactly is signed in a request.</summary>
internal static class SignedVectors
{
    private static readonly string[] Schemes = ["sns", "plivo-v2", "plivo-v3", "mailgun", "mandrill"];

    public static IReadOnlyList<Vector> All { get; } =
    [
        .. Vector.Below(VectorFolders.Own)
            .Where(v => v.Type == "request" && Schemes.Contains(v.Scheme) && v.Expect.GetProperty("valid").GetBoolean() && v.Json.Text("signedBy") != "none"),
    ];

    public static IProvider Provider(this Vector vector) => ProviderCatalog.Find(vector.Account, vector.Route)!;

    public static bool IsValid(this Vector vector, CallbackRequest request) =>
        VectorTests.VerifyAsync(vector.Provider(), vector, request).GetAwaiter().GetResult().IsValid;

    /// <summary>The signed octets and, decoded, the signature; of two signatures either may be wrong, so then neither counts.</summary>
    public static string SignedPart(this Vector vector, CallbackRequest request) => vector.Scheme switch
    {
        "sns" => Sns(SnsMessage.Read(request.Body)!),
        "mailgun" => Mailgun(MailgunSignature.TryRead(request)!),
        "mandrill" => Mandrill(request),
        _ => Plivo(request),
    };

    public static CallbackRequest WithHeader(this CallbackRequest request, string name, string? value)
    {
        var headers = new Dictionary<string, StringValues>(request.Headers, StringComparer.OrdinalIgnoreCase);
        headers.Remove(name);
        return request with { Headers = value is null ? headers : new(headers, StringComparer.OrdinalIgnoreCase) { [name] = value } };
    }

    public static CallbackRequest WithBody(this CallbackRequest request, string body) => request with { Body = Encoding.UTF8.GetBytes(body) };

    private static string Sns(SnsMessage message) =>
        $"{Encoding.UTF8.GetString(message.SignedOctets())}|{Convert.ToHexString(Convert.FromBase64String(message.Signature))}";

    private static string Mailgun(MailgunSignature signature) =>
        $"{signature.Timestamp}|{signature.Token}|{string.Join(',', signature.Given).ToLowerInvariant()}";

    private static string Mandrill(CallbackRequest request)
    {
        var form = FormParts.TryRead(request)!.All.OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => p.Name + Convert.ToHexString(p.Value.Span));
        return $"{request.Url}|{string.Concat(form)}|{request.Header("X-Mandrill-Signature")}";
    }

    private static string Plivo(CallbackRequest request)
    {
        var isV3 = request.Header("X-Plivo-Signature-V3") is not null;
        var text = isV3 ? PlivoSignature.TextV3(request) : PlivoSignature.Base(request.Url);
        var signature = request.Header("X-Plivo-Signature-Ma-V2") is null && !isV3 ? request.Header("X-Plivo-Signature-V2") : null;
        return $"{text}|{request.Header("X-Plivo-Signature-V2-Nonce")}|{request.Header("X-Plivo-Signature-V3-Nonce")}|{signature}";
    }
}
