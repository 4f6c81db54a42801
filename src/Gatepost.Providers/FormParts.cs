namespace Gatepost.Providers;

/// <summary>A form, urlencoded or multipart, octet for octet; order and repetitions are kept.</summary>
internal sealed class FormParts
{
    private const int MostParts = 1000;

    private FormParts(IReadOnlyList<FormPart> all) => All = all;

    /// <summary>In the order sent.</summary>
    public IReadOnlyList<FormPart> All { get; }

    /// <returns>Null when the body is no form.</returns>
    public static FormParts? TryRead(CallbackRequest request) => request.MediaType switch
    {
        "application/x-www-form-urlencoded" when UrlEncodedBody.TryRead(request.Body, MostParts) is { } fields => new FormParts(fields),
        "multipart/form-data" => Multipart(request),
        _ => null,
    };

    public FormPart? First(string name) => All.FirstOrDefault(p => p.Name == name);

    public FormPart? Last(string name) => All.LastOrDefault(p => p.Name == name);

    /// <returns>The first value that is not empty.</returns>
    public string? Text(string name) => First(name)?.Text is { Length: > 0 } text ? text : null;

    private static FormParts? Multipart(CallbackRequest request)
    {
        try
        {
            return new FormParts([.. CallbackMultipart.Parse(request).Parts.Select(p => new FormPart(p.Name, p.Content, p.FileName, p.ContentType))]);
        }
        catch (CallbackFormatException)
        {
            return null;
        }
    }
}
