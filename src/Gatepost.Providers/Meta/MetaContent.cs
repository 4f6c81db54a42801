using System.Text.Json;

namespace Gatepost.Providers.Meta;

/// <summary>What a customer's message holds, by its type. An unknown type has no text: it is a message all the same.</summary>
internal static class MetaContent
{
    public static string? Text(JsonElement message, string type)
    {
        var content = message.Member(type);
        return type switch
        {
            "text" or "system" => content.Text("body"),
            "image" or "video" or "document" => content.Text("caption"),
            "button" => content.Text("text"),
            "interactive" => Reply(content).Text("title") ?? Reply(content).Text("body"),
            "order" => content.Text("text") is { Length: > 0 } text ? text : null,
            _ => null,
        };
    }

    public static IReadOnlyList<CallbackMedia> Media(JsonElement message, string type) => File(message, type) is { } file
        ? [new CallbackMedia(file.Text("id"), file.Text("url"), file.Text("mime_type"), file.Text("filename"))]
        : [];

    public static void Describe(JsonElement message, string type, Extras extra)
    {
        var content = message.Member(type);
        _ = type switch
        {
            "reaction" => extra.With("reaction", content.Text("emoji") ?? "").With("targetMessageId", content.Text("message_id")),
            "location" => extra.With("location", content.Plain()),
            "contacts" => extra.With("contactCount", (long)content.Items().Count()).With("contacts", content.Plain()),
            "order" => extra.With("order", Order(content)),
            "button" => extra.With("payload", content.Text("payload")),
            "interactive" => extra.With("interactiveType", content.Text("type")).With("replyId", Reply(content).Text("id"))
                .With("responseJson", Reply(content).Text("response_json")),
            "system" => extra.With("systemType", content.Text("type")).With("newWaId", content.Text("wa_id") ?? content.Text("new_wa_id")),
            "revoke" => extra.With("originalMessageId", content.Text("original_message_id")),
            "edit" => extra.With("originalMessageId", content.Text("original_message_id")).With("editedText", Edited(content)),
            _ => extra.With("voice", content.Member("voice").Plain()).With("animated", content.Member("animated").Plain()),
        };
        var errors = message.Member("errors").Items().Select(error => error.Member("code").Plain()).ToList();
        extra.With("errors", errors.Count > 0 ? errors : null).With("media", FileFacts(message, type));
    }

    /// <summary>An <c>interactive</c> holds its reply under the name of its type.</summary>
    private static JsonElement? Reply(JsonElement? interactive) => interactive.Member(interactive.Text("type") ?? "");

    private static string? Edited(JsonElement? edit) =>
        edit.Member("message") is { } message && message.Text("type") is { } type ? Text(message, type) : null;

    private static Extras Order(JsonElement? order) => new Extras()
        .With("catalogId", order.Text("catalog_id"))
        .With("items", (long)order.Member("product_items").Items().Count());

    private static JsonElement? File(JsonElement message, string type) =>
        type is "image" or "video" or "audio" or "document" or "sticker" ? message.Member(type) : null;

    private static List<Extras>? FileFacts(JsonElement message, string type) => File(message, type) is not { } file ? null :
    [
        new Extras().With("id", file.Text("id")).With("contentType", file.Text("mime_type")).With("sha256", file.Text("sha256"))
            .With("filename", file.Text("filename")).With("url", file.Text("url")),
    ];
}
