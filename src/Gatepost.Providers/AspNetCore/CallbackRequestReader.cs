using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gatepost.Providers.AspNetCore;

/// <summary>Takes a request as it arrived: raw bytes, raw query, nothing bound or decoded.</summary>
public static class CallbackRequestReader
{
    /// <summary>A longer body asks for room first.</summary>
    public const int SmallBodyBytes = 1024 * 1024;

    /// <inheritdoc cref="ReadAsync(HttpContext, string, string, int, Func{long, ValueTask}?, CancellationToken)"/>
    public static ValueTask<CallbackRequest?> ReadAsync(HttpContext http, string route, string publicUrl, int maxBodyBytes, CancellationToken cancellation) =>
        ReadAsync(http, route, publicUrl, maxBodyBytes, null, cancellation);

    /// <param name="publicUrl">As typed at the provider. The query, the one thing that providers add to, is taken from the request.</param>
    /// <param name="makeRoom">
    /// Awaited once for a body above <see cref="SmallBodyBytes"/>, with the most bytes that it may have. It may wait until there is
    /// memory for them, or throw.
    /// </param>
    /// <returns>Null when the body is longer: answer 413.</returns>
    public static async ValueTask<CallbackRequest?> ReadAsync(
        HttpContext http, string route, string publicUrl, int maxBodyBytes, Func<long, ValueTask>? makeRoom, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(publicUrl);
        if (await ReadBodyAsync(http, maxBodyBytes, makeRoom, cancellation).ConfigureAwait(false) is not { } body)
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

    private static async ValueTask<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpContext http, int maxBytes, Func<long, ValueTask>? makeRoom, CancellationToken cancellation)
    {
        var length = http.Request.ContentLength;
        if (length > maxBytes)
            return null;
        // The host's own limit may be lower than an e-mail is long. Kestrel counts the framing of chunks too, so it is
        // given twice as much; the limit itself is kept below.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = 2L * maxBytes;
        // Before anything is read: a client that asked whether to send is not told to.
        if (length > SmallBodyBytes && makeRoom is not null)
            await makeRoom(length.Value).ConfigureAwait(false);
        try
        {
            return await CopyAsync(http.Request.BodyReader, new BodyBuffer(length, maxBytes), maxBytes, length is null ? makeRoom : null, cancellation).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> CopyAsync(
        PipeReader from, BodyBuffer body, int maxBytes, Func<long, ValueTask>? makeRoom, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await from.ReadAsync(cancellation).ConfigureAwait(false);
            var fits = read.Buffer.Length <= maxBytes - body.Length;
            if (fits)
                body.Append(read.Buffer);
            from.AdvanceTo(read.Buffer.End);
            if (!fits)
                return null;
            if (read.IsCompleted)
                return body.Written;
            if (body.Length <= SmallBodyBytes || makeRoom is null)
                continue;
            await makeRoom(maxBytes).ConfigureAwait(false);
            makeRoom = null;
        }
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
