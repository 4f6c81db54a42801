using System.Security.Cryptography;
using MimeKit;

namespace Gatepost.Providers.Mail;

/// <summary>Makes the inbound event of an e-mail: the same for every way it came.</summary>
internal static class MailEvents
{
    /// <param name="mail">The MIME message and its envelope.</param>
    /// <exception cref="CallbackFormatException">It is no MIME message.</exception>
    public static CallbackEvent Create(InboundMail mail, string? providerStatus = null, string? providerEventId = null)
    {
        var message = Load(mail.Mime);
        var id = message.MessageId;
        return new CallbackEvent
        {
            Kind = CallbackEventKind.Inbound,
            Channel = CallbackChannel.Email,
            ProviderStatus = providerStatus,
            ProviderEventId = providerEventId,
            ProviderMessageId = id,
            From = mail.EnvelopeFrom ?? message.From.Mailboxes.FirstOrDefault()?.Address,
            To = mail.EnvelopeTo.Count > 0 ? mail.EnvelopeTo[0] : message.To.Mailboxes.FirstOrDefault()?.Address,
            Text = message.TextBody,
            DedupKey = id is not null ? $"mail|{id}" : $"mail|{Convert.ToHexStringLower(SHA256.HashData(mail.Mime.Span))}",
            Mail = mail,
        };
    }

    private static MimeMessage Load(ReadOnlyMemory<byte> mime)
    {
        try
        {
            using var stream = new MemoryStream(mime.ToArray(), writable: false);
            return MimeMessage.Load(stream);
        }
        catch (FormatException e)
        {
            throw new CallbackFormatException("The message is no MIME.", e);
        }
    }
}
