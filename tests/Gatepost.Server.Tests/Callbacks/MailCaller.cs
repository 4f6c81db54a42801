using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Gatepost.Testing;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>A mail server of the user that posts what it receives, signed.</summary>
internal sealed class MailCaller
{
    public const string Customer = "ada@example.com";

    private const string Secret = "a-secret-of-the-mail-server";
    private readonly IApiServer server;
    private readonly Uri path;

    private MailCaller(IApiServer server, Uri path) => (this.server, this.path) = (server, path);

    public static async Task<MailCaller> NewAsync(IApiServer server, ApiUser user)
    {
        var account = await user.PostAsync("/v1/provider-accounts", new { provider = "mime", name = "Our mail server", credentials = new { secrets = new[] { Secret } } });
        return new MailCaller(server, new Uri(new Uri((string)account.Json!["callbackUrls"]!["inbound-email"]!).AbsolutePath, UriKind.Relative));
    }

    /// <summary>A mail of a customer.</summary>
    /// <param name="headers">Beside From and To.</param>
    public Task<ApiAnswer> BringAsync(string to, string headers, string text, string from = Customer) =>
        BringAsync(Encoding.UTF8.GetBytes($"From: {from}\r\nTo: {to}\r\n{headers}\r\n\r\n{text}\r\n"), from, to);

    /// <param name="chunked">Does not say beforehand how long it is.</param>
    public async Task<ApiAnswer> BringAsync(ReadOnlyMemory<byte> mail, string envelopeFrom, string envelopeTo, bool chunked = false)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = Request(new ReadOnlyMemoryContent(mail));
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.TryAddWithoutValidation("X-Envelope-From", $"<{envelopeFrom}>");
        request.Headers.Add("X-Envelope-To", $"<{envelopeTo}>");
        request.Headers.Add("X-Inbound-Timestamp", now);
        request.Headers.Add("X-Inbound-Signature", $"sha256={Sign(now, mail)}");
        return await server.SendAsync(request);
    }

    /// <summary>The beginning of a mail, or of what says to be one: its server asks first whether it is wanted.</summary>
    public async Task<ApiAnswer> AnnounceAsync(HttpContent content)
    {
        using var request = Request(content);
        request.Headers.ExpectContinue = true;
        return await server.SendAsync(request);
    }

    private HttpRequestMessage Request(HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("message/rfc822");
        return new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
    }

    private static string Sign(string timestamp, ReadOnlyMemory<byte> mail)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(Secret));
        hmac.AppendData(Encoding.UTF8.GetBytes($"{timestamp}."));
        hmac.AppendData(mail.Span);
        return Convert.ToHexStringLower(hmac.GetHashAndReset());
    }
}
