using System.Text.Json;
using Gatepost.Providers.Mail;

namespace Gatepost.Providers.Tests;

/// <summary>One e-mail file with what must come of it. The format is described in tests/vectors/README.md.</summary>
internal sealed class MailVector
{
    private MailVector(string path, JsonElement json) => (Path, Json) = (path, json);

    public string Path { get; }

    public JsonElement Expect => Json.GetProperty("expect");

    private JsonElement Json { get; }

    private JsonElement Config => Json.GetProperty("config");

    /// <summary>Every <c>NN-name.expected.json</c> below a folder.</summary>
    public static IEnumerable<string> Below(string folder) =>
        Directory.EnumerateFiles(folder, "*.expected.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    public static MailVector Read(string path)
    {
        var json = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
        json.GetProperty("schema").GetString().ShouldBe("gatepost-eml/1");
        return new MailVector(path, json);
    }

    public MailReading Reading() => MailReader.Read(Mail(), Context());

    public InboundMail Mail()
    {
        var envelope = Json.GetProperty("envelope");
        var eml = Path.Replace(".expected.json", ".eml", StringComparison.Ordinal);
        return new InboundMail(File.ReadAllBytes(eml), envelope.GetProperty("mailFrom").GetString(), [envelope.GetProperty("rcptTo").GetString()!]);
    }

    private MailContext Context() => new()
    {
        Now = new DateTimeOffset(2025, 10, 9, 9, 0, 0, TimeSpan.Zero),
        ReplyDomains = [Config.GetProperty("replyDomain").GetString()!],
        ReplyKeys = ["a-newer-key", Config.GetProperty("replyKey").GetString()!],
        AgentDomains = [.. Config.GetProperty("agentDomains").EnumerateArray().Select(d => d.GetString()!)],
        TrustedAuthServId = Config.GetProperty("trustedAuthServId").GetString(),
        FindTicket = Find,
    };

    private MailTicket? Find(MailCandidate candidate) =>
        candidate.Ticket is { } id && Config.GetProperty("ticketParticipants").TryGetProperty(id, out var participants)
            ? new MailTicket(id, [.. participants.EnumerateArray().Select(p => p.GetString()!)])
            : null;
}
