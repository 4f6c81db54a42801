using System.Text.Json;

namespace Gatepost.Providers.SendGridInbound;

/// <summary>One attachment: its own headers say less of it than the field <c>attachment-info</c>.</summary>
internal sealed record SendGridFile(string Field, string FileName, string ContentType, string? ContentId, ReadOnlyMemory<byte> Content)
{
    public static IReadOnlyList<SendGridFile> Of(SendGridForm form)
    {
        var info = form.Json("attachment-info");
        return [.. form.Files.Select(part => Of(part, info.Member(part.Name)))];
    }

    public Dictionary<string, object?> Extra()
    {
        var extra = new Dictionary<string, object?> { ["field"] = Field, ["filename"] = FileName, ["contentType"] = ContentType, ["size"] = Content.Length };
        if (ContentId is not null)
            extra["contentId"] = ContentId;
        return extra;
    }

    private static SendGridFile Of(CallbackMultipart.Part part, JsonElement? info) => new(
        part.Name,
        info.Text("filename") ?? part.FileName ?? part.Name,
        info.Text("type") ?? part.ContentType?.Split(';')[0] ?? "application/octet-stream",
        info.Text("content-id")?.Trim('<', '>') is { Length: > 0 } id ? id : null,
        part.Content);
}
