using Gatepost.Testing;
using Gatepost.Testing.Signers;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>Twilio, as far as it calls us: a form, signed with the account's token over the URL that was pasted there.</summary>
internal sealed class TwilioCaller
{
    public const string Customer = "+15550100";

    private const string Ours = "+15550199";
    public const string AuthToken = "an-auth-token-of-the-callback-tests";
    private readonly IApiServer server;
    private readonly Dictionary<string, Uri> urls;

    private TwilioCaller(IApiServer server, Dictionary<string, Uri> urls) => (this.server, this.urls) = (server, urls);

    /// <summary>Makes the account, and pastes its URLs at Twilio.</summary>
    public static async Task<TwilioCaller> NewAsync(IApiServer server, ApiUser user)
    {
        var account = await user.PostAsync("/v1/provider-accounts", new { provider = "twilio", name = "Twilio", credentials = new { secrets = new[] { AuthToken } } });
        var urls = account.Json!["callbackUrls"]!.AsObject().ToDictionary(u => u.Key, u => new Uri((string)u.Value!), StringComparer.Ordinal);
        return new TwilioCaller(server, urls);
    }

    /// <summary>What became of an SMS to <see cref="Customer"/>.</summary>
    public Task<ApiAnswer> TellSmsStatusAsync(string sid, string status) => PostAsync("twilio/sms", Form(sid, Ours, Customer, ("MessageStatus", status)));

    public Task<ApiAnswer> TellWhatsAppStatusAsync(string sid, string status) =>
        PostAsync("twilio/whatsapp", Form(sid, $"whatsapp:{Ours}", $"whatsapp:{Customer}", ("MessageStatus", status)));

    /// <summary>A customer's SMS.</summary>
    public Task<ApiAnswer> BringSmsAsync(string sid, string text) =>
        PostAsync("twilio/sms", Form(sid, Customer, Ours, ("SmsStatus", "received"), ("Body", text), ("NumMedia", "0")));

    /// <summary>Sends exactly this: a signature of null is left out.</summary>
    public async Task<ApiAnswer> PostAsync(string route, Dictionary<string, string> form, string? signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(urls[route].AbsolutePath, UriKind.Relative)) { Content = new FormUrlEncodedContent(form) };
        if (signature is not null)
            request.Headers.Add("X-Twilio-Signature", signature);
        return await server.SendAsync(request);
    }

    private Task<ApiAnswer> PostAsync(string route, Dictionary<string, string> form) =>
        PostAsync(route, form, FormSigner.Sign(AuthToken, urls[route].AbsoluteUri, form.Select(f => (f.Key, f.Value))));

    private static Dictionary<string, string> Form(string sid, string from, string to, params (string Name, string Value)[] rest) =>
        new([new("AccountSid", "AC1"), new("MessageSid", sid), new("From", from), new("To", to), .. rest.Select(r => KeyValuePair.Create(r.Name, r.Value))]);
}
