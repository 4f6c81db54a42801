using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Gatepost.Egress;
using Gatepost.Server.Api;
using Microsoft.AspNetCore.Mvc;

namespace Gatepost.Server.Bins;

/// <summary>The request bin: a URL that takes anything and shows what came.</summary>
internal static class BinsApi
{
    private const int MaxDelayMs = 60_000;

    public static void MapBins(this IEndpointRouteBuilder api)
    {
        api.MapPost("/bins", Create).WithName("createBin").WithSummary("Make a request bin").WithTags("Request bin").Answers<BinView>(201);
        api.MapGet("/bins/{token}/requests", List).WithName("listBinRequests").WithSummary("What a bin received, newest first").WithTags("Request bin")
            .Answers<BinRequestsView>();
    }

    /// <summary>Outside <c>/v1</c>: receivers have no key.</summary>
    public static void MapBinCollector(this IEndpointRouteBuilder app) => app.Map(EgressGuard.BinPath + "{token}", CollectAsync).ExcludeFromDescription();

    private static IResult Create(RequestBins bins, HttpRequest request)
    {
        var token = bins.Create();
        return Results.Json(new BinView(token, $"{request.Scheme}://{request.Host}{request.PathBase}{EgressGuard.BinPath}{token}"), ApiJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static IResult List(string token, RequestBins bins) => bins.Read(token) is { } requests
        ? Results.Json(new BinRequestsView(requests), ApiJson.Options)
        : Problem.NotFound("bin").ToResult();

    private static async Task<IResult> CollectAsync(
        string token, HttpRequest request, RequestBins bins, TimeProvider clock, [FromQuery] int? status, [FromQuery] int? delayMs)
    {
        if (!bins.Exists(token))
            return Problem.NotFound("bin").ToResult();
        if (HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
            return Page(token, bins.Read(token)!, request.HttpContext.Response);
        var (body, truncated) = await ReadAsync(request.Body, request.HttpContext.RequestAborted);
        var headers = request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        bins.Add(token, new BinRequest(clock.GetInstant(), request.Method, request.Path + request.QueryString, headers, body, truncated));
        if (delayMs is > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(delayMs.Value, MaxDelayMs)), clock, request.HttpContext.RequestAborted);
        return Results.StatusCode(status is >= 200 and <= 599 ? status.Value : StatusCodes.Status200OK);
    }

    private static async Task<(string Body, bool Truncated)> ReadAsync(Stream body, CancellationToken cancellation)
    {
        var buffer = new byte[RequestBins.MaxBody + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return (Encoding.UTF8.GetString(buffer, 0, Math.Min(read, RequestBins.MaxBody)), read > RequestBins.MaxBody);
    }

    // What it shows is a stranger's text: everything is encoded, and the policy allows nothing to run.
    private static IResult Page(string token, IReadOnlyList<BinRequest> requests, HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        var page = new StringBuilder("<!doctype html><meta charset=utf-8><title>Request bin</title><style>body{font:15px/1.5 system-ui;margin:2rem;max-width:60rem}pre{background:#f4f4f5;padding:1rem;overflow:auto}</style>");
        page.Append(CultureInfo.InvariantCulture, $"<h1>Request bin</h1><p>{requests.Count} requests to <code>/bin/{Html(token)}</code>, newest first. Reload for more.</p>");
        foreach (var r in requests)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{Html(r.Method)} · {r.ReceivedAt.ToText()}</h2><pre>");
            foreach (var (name, value) in r.Headers)
                page.Append(CultureInfo.InvariantCulture, $"{Html(name)}: {Html(value)}\n");
            page.Append(CultureInfo.InvariantCulture, $"\n{Html(r.Body)}</pre>");
        }

        return Results.Content(page.ToString(), "text/html; charset=utf-8");
    }

    private static string Html(string text) => HtmlEncoder.Default.Encode(text);
}

/// <param name="Url">Where to send to.</param>
internal sealed record BinView(string Token, string Url);

internal sealed record BinRequestsView(IReadOnlyList<BinRequest> Data);
