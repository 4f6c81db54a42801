namespace Gatepost.Providers.Twilio;

/// <summary>The fields of a callback, wherever they came: form body, JSON body, or the query of a GET.</summary>
internal sealed class TwilioFields
{
    private readonly Func<string, string?> find;

    private TwilioFields(Func<string, string?> find) => this.find = find;

    /// <summary>Null when it is absent or empty.</summary>
    public string? this[string name] => find(name) is { Length: > 0 } value ? value : null;

    /// <exception cref="CallbackFormatException">It is no JSON.</exception>
    public static TwilioFields Of(CallbackRequest request)
    {
        if (request.Body.IsEmpty)
            return new TwilioFields(CallbackForm.Parse(request.RawQuery).Value);
        if (!request.MediaType.EndsWith("json", StringComparison.Ordinal))
            return new TwilioFields(CallbackForm.Parse(request.Body).Value);
        var json = CallbackJson.Parse(request.Body);
        return new TwilioFields(name => json.Text(name));
    }
}
