using System.Text.Json;
using Gatepost.Providers;
using Gatepost.Providers.Mail;

namespace Gatepost.Testing.Vectors;

/// <summary>One e-mail file with what must come of it. The format is described in tests/vectors/README.md.</summary>
internal sealed class MailVector
{
    private MailVector(string path, JsonElement json) => (Path, Json) = (path, json);

    public string Path { get; }

    public JsonElement Expect => Json.GetProperty("expect");

    public string ReplyDomain => Config.GetProperty("replyDomain").GetString()!;

    public string ReplyKey => Config.GetProperty("replyKey").GetString()!;

    public IReadOnlyList<string> AgentDomains => Texts(Config.GetProperty("agentDomains"));

    public string? TrustedAuthServId => Config.GetProperty("trustedAuthServId").GetString();

    /// <summary>Who takes part in each ticket that exists.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Tickets =>
        Config.GetProperty("ticketParticipants").EnumerateObject().ToDictionary(t => t.Name, t => Texts(t.Value), StringComparer.Ordinal);

    private JsonElement Json { get; }

    private JsonElement Config => Json.GetProperty("config");

    /// <summary>Every <c>NN-name.expected.json</c> below a folder.</summary>
    public static IEnumerable<string> Below(string folder) =>
        Directory.EnumerateFiles(folder, "*.expected.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    public static MailVector Read(string path)
    {
        var json = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
        return json.GetProperty("schema").GetString() == "gatepost-eml/1" ? new MailVector(path, json) : throw new InvalidOperationException($"{path} has another schema.");
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
        ReplyDomains = [ReplyDomain],
        ReplyKeys = ["a-newer-key", ReplyKey],
        AgentDomains = AgentDomains,
        TrustedAuthServId = TrustedAuthServId,
        FindTicket = candidate => candidate.Ticket is { } id && Tickets.TryGetValue(id, out var participants) ? new MailTicket(id, [.. participants]) : null,
    };

    private static IReadOnlyList<string> Texts(JsonElement all) => [.. all.EnumerateArray().Select(t => t.GetString()!)];
}
