using Microsoft.Net.Http.Headers;

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
        "multipart/form-data" when Boundary(request) is { } boundary && MultipartBody.TryRead(request.Body, boundary, MostParts) is { } parts => new FormParts(parts),
        _ => null,
    };

    public FormPart? First(string name) => All.FirstOrDefault(p => p.Name == name);

    public FormPart? Last(string name) => All.LastOrDefault(p => p.Name == name);

    /// <returns>The first value that is not empty.</returns>
    public string? Text(string name) => First(name)?.Text is { Length: > 0 } text ? text : null;

    // RFC 2046 section 5.1.1: at most 70 characters.
    private static string? Boundary(CallbackRequest request) =>
        MediaTypeHeaderValue.TryParse(request.Header("Content-Type"), out var type)
            && HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= 70 } boundary ? boundary : null;
}
