using Gatepost.Server.Configuration;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Gatepost.Server.Callbacks;

/// <summary>The URL that a provider called, as the provider knows it: signatures cover it.</summary>
internal sealed class CallbackAddress(IOptions<ServerOptions> options)
{
    private readonly string? configured = options.Value.PublicBaseUrl?.TrimEnd('/');

    /// <param name="typed">The account's own URL, exactly as it was typed at the provider; the query is always the request's.</param>
    public string Of(HttpContext context, string? typed)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return typed is { Length: > 0 } ? WithQuery(typed, target) : Base(context.Request, target) + target;
    }

    /// <summary>Where links and callback URLs begin.</summary>
    public string Base(HttpRequest request) => configured ?? $"{request.Scheme}://{request.Host}{request.PathBase}";

    // A proxy may have kept the path prefix of the public address, or have cut it off.
    private string Base(HttpRequest request, string target)
    {
        var start = Base(request);
        var path = Uri.TryCreate(start, UriKind.Absolute, out var uri) ? uri.AbsolutePath.TrimEnd('/') : "";
        return path.Length > 0 && target.StartsWith(path + "/", StringComparison.Ordinal) ? start[..^path.Length] : start;
    }

    private static string WithQuery(string typed, string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? target[at..] : "";
        if (query.Length == 0 || typed.Contains(query, StringComparison.Ordinal))
            return typed;
        return typed.Split('?', '#')[0] + query;
    }
}
