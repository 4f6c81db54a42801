namespace Gatepost.Providers.Mail;

/// <summary>Takes e-mails that are the body of the request, with their envelope in headers.</summary>
/// <param name="name">The account type.</param>
/// <param name="where">Where the credentials are typed in, as a sentence.</param>
internal abstract class RawMailProvider(string name, string where) : IProvider
{
    private const int MostRecipients = 100;

    private readonly GenericAccess access = new(where);

    public string Name => name;

    public IReadOnlyList<string> Routes { get; } = ["inbound-email"];

    public int MaxBodyBytes => 50 * 1024 * 1024;

    public IReadOnlyList<CredentialFault> CheckCredentials(ProviderCredentials credentials) => access.Check(credentials);

    public ValueTask<Verification> VerifyAsync(CallbackRequest request, CallbackContext context, CancellationToken cancellation) =>
        ValueTask.FromResult(GenericAccess.Refusal(request, context) ?? ContentRefusal(request) ?? Verification.Valid());

    public ParsedCallback Parse(CallbackRequest request)
    {
        var from = Values(request, "X-Envelope-From") is [var sender] ? EmailAddress.Bare(sender) ?? "" : null;
        string[] to = [.. Values(request, "X-Envelope-To").SelectMany(v => v.Split(',')).Select(EmailAddress.Bare).OfType<string>().Take(MostRecipients)];
        return ParsedCallback.Of(MailEvents.Create(new InboundMail(request.Body, from, to)));
    }

    private static Verification? ContentRefusal(CallbackRequest request)
    {
        if (request.MediaType is not ("message/rfc822" or "message/global"))
            return Verification.Refused("The Content-Type is not message/rfc822.", 415);
        return request.Body.IsEmpty ? Verification.Refused("The body is empty.", 422) : null;
    }

    private static string[] Values(CallbackRequest request, string header) =>
        request.Headers.TryGetValue(header, out var values) ? [.. values.OfType<string>()] : [];
}
