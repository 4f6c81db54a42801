namespace Gatepost.Providers.Mail;

/// <summary>An e-mail that is the body of the request, with its envelope in headers.</summary>
internal static class RawMail
{
    public const int MaxBytes = 50 * 1024 * 1024;

    private const int MostRecipients = 100;

    /// <returns>The refusal of a body that is no message; null when it may be one.</returns>
    public static Verification? Refusal(CallbackRequest request)
    {
        if (request.MediaType is not ("message/rfc822" or "message/global"))
            return Verification.Refused("The Content-Type is not message/rfc822.", 415);
        return request.Body.IsEmpty ? Verification.Refused("The body is empty.", 422) : null;
    }

    /// <exception cref="CallbackFormatException">It is no MIME message.</exception>
    public static ParsedCallback Parse(CallbackRequest request)
    {
        var from = Values(request, "X-Envelope-From") is [var sender] ? EmailAddress.Bare(sender) ?? "" : null;
        string[] to = [.. Values(request, "X-Envelope-To").SelectMany(v => v.Split(',')).Select(EmailAddress.Bare).OfType<string>().Take(MostRecipients)];
        return ParsedCallback.Of(MailEvents.Create(new InboundMail(request.Body, from, to)));
    }

    private static string[] Values(CallbackRequest request, string name) =>
        request.Headers.TryGetValue(name, out var values) ? [.. values.OfType<string>()] : [];
}
