using Gatepost.Providers;
using Gatepost.Tickets;

namespace Gatepost.Callbacks;

/// <summary>Makes a ticket's message of an SMS or a WhatsApp message.</summary>
internal static class ChatDraft
{
    private const int MaxSubject = 80;
    private const int MaxFileName = 200;
    private const string UnknownType = "application/octet-stream";

    public static InboundDraft Of(CallbackEvent e, string sender, DateTimeOffset now)
    {
        var text = string.IsNullOrWhiteSpace(e.Text) ? null : e.Text;
        return new InboundDraft
        {
            Subject = Subject(e, sender, text),
            Author = new Contact { Name = Name(e), Phone = InboundDraft.Cut(sender, Contact.MaxPhone) },
            Channel = Name(e.Channel),
            Body = InboundDraft.Cut(text ?? InboundDraft.NoText, MessageInput.MaxBody),
            Attachments = [.. e.Media.Select((media, index) => Attachment(media, index + 1, now))],
        };
    }

    /// <summary>The channel, as messages and threads name it.</summary>
    public static string Name(CallbackChannel channel) => channel == CallbackChannel.WhatsApp ? "whatsapp" : "sms";

    private static string Subject(CallbackEvent e, string sender, string? text)
    {
        if (text?.Trim().Split('\n')[0].TrimEnd() is not { Length: > 0 } line)
            return InboundDraft.Cut($"{(e.Channel == CallbackChannel.WhatsApp ? "WhatsApp message" : "SMS")} from {sender}", TicketRules.MaxSubject);
        return line.Length <= MaxSubject ? line : InboundDraft.Cut(line, MaxSubject - 1) + "…";
    }

    private static string? Name(CallbackEvent e) =>
        e.Extra.GetValueOrDefault("profileName") is string name && !string.IsNullOrWhiteSpace(name) ? InboundDraft.Cut(name, Contact.MaxName) : null;

    private static TicketAttachment Attachment(CallbackMedia media, int number, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        FileName = FileName(media) ?? $"media-{number}",
        ContentType = string.IsNullOrWhiteSpace(media.ContentType) ? UnknownType : media.ContentType,
        ContentId = media.Id,
        Url = media.Url,
    };

    // Nothing is saved under it here, but a receiver might: no path, no control characters.
    private static string? FileName(CallbackMedia media)
    {
        var name = string.Concat((media.FileName ?? "").Split('/', '\\')[^1].Where(c => !char.IsControl(c))).Trim(' ', '.');
        return name.Length == 0 ? null : InboundDraft.Cut(name, MaxFileName);
    }
}
