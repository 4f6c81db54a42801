using Gatepost.Providers.Mail;

namespace Gatepost.Callbacks;

/// <summary>What to put into a mail about a ticket, so that its answers come to the ticket.</summary>
/// <param name="ReplyTo">For the Reply-To header; the same for every mail of the ticket.</param>
/// <param name="MessageId">For the Message-ID header, with angle brackets; new for each mail.</param>
internal sealed record ReplyAddress(string ReplyTo, string MessageId)
{
    /// <param name="ticket">Its number.</param>
    /// <param name="message">Told apart by it from the ticket's other mails.</param>
    public static ReplyAddress Of(long ticket, InboundMailSettings settings, Guid message)
    {
        var (number, domain, key) = ($"{ticket}", settings.ReplyDomains[0], settings.ReplyKeys[0]);
        return new ReplyAddress(ReplyToken.Address(number, domain, key), $"<{MessageToken.MessageId(number, $"{message:N}", domain, key)}>");
    }
}
