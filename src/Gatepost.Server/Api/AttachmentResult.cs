using Gatepost.Tickets;
using Microsoft.Net.Http.Headers;

namespace Gatepost.Server.Api;

/// <summary>
/// Serves a stranger's file so that no browser runs it on our origin: always as a download, never sniffed, sandboxed, and under
/// its own type only where that is harmless.
/// </summary>
internal sealed class AttachmentResult(TicketAttachment attachment) : IResult
{
    private const string Unknown = "application/octet-stream";

    // Not SVG, HTML or XML: they carry scripts.
    private static readonly HashSet<string> Harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/tiff", "image/heic", "application/pdf", "text/plain", "text/csv",
        "audio/mpeg", "audio/ogg", "audio/amr", "audio/aac", "audio/mp4", "video/mp4", "video/3gpp", "application/zip",
        "application/msword", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.ms-excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-powerpoint", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var content = attachment.Content ?? [];
        var disposition = new ContentDispositionHeaderValue("attachment");
        // RFC 6266 and RFC 5987: an ASCII name for old clients beside the whole one.
        disposition.SetHttpFileName(attachment.FileName);
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        response.Headers.CacheControl = "private, no-store";
        response.ContentType = TypeOf(attachment);
        response.ContentLength = content.Length;
        await response.Body.WriteAsync(content, httpContext.RequestAborted);
    }

    public static string TypeOf(TicketAttachment attachment) =>
        !attachment.Blocked && Harmless.TryGetValue(attachment.ContentType, out var type) ? type : Unknown;
}
