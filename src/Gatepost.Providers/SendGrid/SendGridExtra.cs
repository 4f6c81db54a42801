using System.Collections.Frozen;
using System.Text.Json;

namespace Gatepost.Providers.SendGrid;

/// <summary>SendGrid's specifics under our names, and the custom arguments, which SendGrid mixes with its own members.</summary>
internal static class SendGridExtra
{
    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["smtp-id"] = "smtpId",
        ["bounce_classification"] = "bounceClassification",
        ["tls"] = "tls",
        ["attempt"] = "attempt",
        ["url"] = "url",
        ["useragent"] = "userAgent",
        ["sg_machine_open"] = "machineOpen",
        ["asm_group_id"] = "asmGroupId",
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Known = Names.Keys.Concat(
    [
        "account_status", "category", "cert_err", "email", "event", "ip", "marketing_campaign_id", "marketing_campaign_name", "marketing_campaign_split_id",
        "marketing_campaign_version", "newsletter", "pool", "post_type", "reason", "response", "send_at", "sg_content_type", "sg_event_id", "sg_message_id",
        "sg_template_id", "sg_template_name", "singlesend_id", "singlesend_name", "status", "template_hash", "template_id", "template_version_id",
        "timestamp", "type", "url_offset",
    ]).ToFrozenSet();

    public static Extras Of(JsonElement item, string? word)
    {
        var extra = new Extras();
        foreach (var (member, name) in Names)
            extra.With(name, item.Member(member).Plain());
        return extra
            .With("xMessageId", SendId(item.Text("sg_message_id")))
            .With("bounceType", word != "bounce" ? null : item.Text("type") == "blocked" ? "soft" : "hard")
            .With("categories", item.Member("category").Plain() is { } category ? category as List<object?> ?? [category] : null)
            .With("customArgs", CustomArguments(item) is { Count: > 0 } custom ? custom : null);
    }

    /// <summary>The part that the send call answered as <c>X-Message-Id</c>: what follows names the machines the mail went through.</summary>
    private static string? SendId(string? messageId)
    {
        if (messageId is null)
            return null;
        var filter = messageId.IndexOf(".filter", StringComparison.Ordinal);
        var end = filter >= 0 ? filter : messageId.IndexOf(".recv", StringComparison.Ordinal);
        return end >= 0 ? messageId[..end] : messageId;
    }

    private static Dictionary<string, object?> CustomArguments(JsonElement item)
    {
        var custom = new Dictionary<string, object?>();
        foreach (var (name, value) in item.Members().Where(m => !Known.Contains(m.Name)))
            custom[name] = CallbackJson.Plain(value);
        return custom;
    }
}
