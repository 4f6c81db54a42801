using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gatepost.Providers.AspNetCore;

/// <summary>Takes a request as it arrived: raw bytes, raw query, nothing bound or decoded.</summary>
public static class CallbackRequestReader
{
    private const int ChunkBytes = 64 * 1024;

    /// <param name="publicUrl">As typed at the provider. The query, the one thing that providers add to, is taken from the request.</param>
    /// <returns>Null when the body is longer: answer 413.</returns>
    public static async ValueTask<CallbackRequest?> ReadAsync(HttpContext http, string route, string publicUrl, int maxBodyBytes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(publicUrl);
        if (await ReadBodyAsync(http, maxBodyBytes, cancellation).ConfigureAwait(false) is not { } body)
            return null;
        return new CallbackRequest
        {
            Method = http.Request.Method.ToUpperInvariant(),
            Url = publicUrl.Split('?', '#')[0] + RawQuery(http),
            Route = route,
            Headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase),
            Body = body,
            RemoteAddress = http.Connection.RemoteIpAddress,
        };
    }

    private static async Task<byte[]?> ReadBodyAsync(HttpContext http, int maxBytes, CancellationToken cancellation)
    {
        if (http.Request.ContentLength > maxBytes)
            return null;
        // The host's own limit may be lower than an e-mail is long. Kestrel counts the framing of chunks too, so it is
        // given twice as much; the limit itself is kept below.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = 2L * maxBytes;
        using var body = new MemoryStream((int)(http.Request.ContentLength ?? 0));
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (await http.Request.Body.ReadAsync(chunk, cancellation).ConfigureAwait(false) is > 0 and var read)
            {
                if (body.Length + read > maxBytes)
                    return null;
                body.Write(chunk, 0, read);
            }
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        return body.ToArray();
    }

    /// <summary>With its question mark; empty when there is none. <c>Request.Query</c> would have decoded it.</summary>
    private static string RawQuery(HttpContext http)
    {
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (string.IsNullOrEmpty(target))
            return http.Request.QueryString.Value ?? "";
        return target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? target[query..] : "";
    }
}
