using System.Text;
using Gatepost.Providers.Mail;

namespace Gatepost.Providers.Tests.Mail;

/// <summary>Writes an e-mail by hand, for what the files among the vectors do not show.</summary>
internal sealed class MailBuilder
{
    public const string Key = "inbound-reply-key-01";
    public const string ReplyDomain = "reply.example.com";
    public const string Authentic = "Authentication-Results: mx.example.com; dmarc=pass header.from=customer.test";

    private readonly List<string> headers = ["From: Alice <alice@customer.test>", "Message-ID: <m1@customer.test>", "MIME-Version: 1.0"];
    private string recipient = ReplyToken.Address("1042", ReplyDomain, Key);
    private string sender = "alice@customer.test";
    private byte[] body = "Hello"u8.ToArray();

    public static MailBuilder Plain(string text) => new MailBuilder().With("Content-Type: text/plain; charset=utf-8").Body(text);

    public static MailBuilder Html(string html) => new MailBuilder().With("Content-Type: text/html; charset=utf-8").Body(html);

    public static MailBuilder Multipart(string type, params string[] parts) => new MailBuilder().With($"Content-Type: multipart/{type}; boundary=b1")
        .Body(string.Concat(parts.Select(p => $"--b1\n{p}\n")) + "--b1--\n");

    public MailBuilder With(string header)
    {
        headers.RemoveAll(h => h.StartsWith(header[..(header.IndexOf(':', StringComparison.Ordinal) + 1)], StringComparison.Ordinal));
        headers.Insert(0, header);
        return this;
    }

    public MailBuilder Body(string text) => Body(Encoding.UTF8.GetBytes(text));

    public MailBuilder Body(byte[] bytes)
    {
        body = bytes;
        return this;
    }

    public MailBuilder To(string address)
    {
        recipient = address;
        return this;
    }

    public MailBuilder Sender(string address)
    {
        sender = address;
        return this;
    }

    public InboundMail Build() => new((byte[])[.. Encoding.UTF8.GetBytes(string.Join('\n', headers)), (byte)'\n', (byte)'\n', .. body], sender, [recipient]);

    /// <param name="participants">Of ticket 1042, the only one that exists.</param>
    public MailReading Read(params string[] participants) => MailReader.Read(Build(), Context(participants));

    public static MailContext Context(params string[] participants) => new()
    {
        Now = new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero),
        ReplyDomains = [ReplyDomain],
        ReplyKeys = [Key],
        AgentDomains = ["example.com"],
        InboundAddresses = ["help@example.com"],
        TrustedAuthServId = "mx.example.com",
        FindTicket = candidate => candidate.Ticket == "1042" || candidate.MessageId == "known@provider.test" ? new MailTicket("1042", participants) : null,
    };
}
