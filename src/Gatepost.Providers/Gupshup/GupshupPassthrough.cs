using System.Text.Json;
using Gatepost.Providers.Meta;

namespace Gatepost.Providers.Gupshup;

/// <summary>Version 3: what Meta sends, with Gupshup's ids added and events of its own between.</summary>
internal static class GupshupPassthrough
{
    public static IEnumerable<CallbackEvent> Read(JsonElement json) => MetaPayload.Changes(json).SelectMany(change => change.Field == "messages"
        ? change.Value.Member("statuses").Items().Where(IsStatus).Select(status => Status(change, status))
            .Concat(change.Value.Member("messages").Items().Select(message => Message(change, message)))
        : [MetaPayload.Other(change) with { DedupKey = $"gupshup:{change.Field}:{MetaPayload.Digest(change.Value)}" }]);

    /// <summary>The ping when the URL is set looks like a status without one.</summary>
    private static bool IsStatus(JsonElement status) => status.Text("status") is not null;

    private static CallbackEvent Status(MetaChange change, JsonElement status)
    {
        var read = MetaStatuses.Read(change, status);
        var id = status.Text("gs_id") ?? read.ProviderMessageId;
        var (known, terminal) = GupshupStatuses.Find(read.ProviderStatus ?? "");
        // Failures of Gupshup's own come flat, Meta's come as a list.
        var code = read.ErrorCode ?? status.Text("code");
        return read with
        {
            Status = known,
            Terminal = terminal,
            ProviderMessageId = id,
            ErrorCode = code,
            ErrorReason = read.ErrorReason ?? status.Text("reason"),
            DedupKey = GupshupStatuses.DedupKey(id, read.ProviderStatus),
            Extra = ((Extras)read.Extra)
                .With("whatsappMessageId", read.ProviderMessageId)
                .With(Extras.RecipientOptedOut, code == GupshupStatuses.OptedOut ? true : null),
        };
    }

    private static CallbackEvent Message(MetaChange change, JsonElement message)
    {
        var read = MetaMessages.Read(change, message);
        return read with { DedupKey = $"gupshup:{read.ProviderMessageId ?? MetaPayload.Digest(message)}" };
    }
}
