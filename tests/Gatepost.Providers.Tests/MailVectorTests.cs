using System.Text.Json;
using System.Text.RegularExpressions;
using Gatepost.Providers.Mail;

namespace Gatepost.Providers.Tests;

/// <summary>Every e-mail file through the reader.</summary>
public sealed partial class MailVectorTests
{
    public static TheoryData<string> Paths => [.. VectorFolders.Find(MailVector.Below)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Read_MailVector_GivesTheExpectedReading(string path)
    {
        var vector = MailVector.Read(path);
        var (expect, reading) = (vector.Expect, vector.Reading());

        var differences = new List<string>();
        foreach (var member in expect.EnumerateObject())
            differences.AddRange(Compare(member, reading));

        differences.ShouldBeEmpty(path);
    }

    /// <summary>A member that nobody knows is a difference: nothing is passed over in silence.</summary>
    private static IEnumerable<string> Compare(JsonProperty expected, MailReading mail) => expected.Name switch
    {
        "decision" => Equal(expected, Kebab(mail.Decision)),
        "ticketId" => Equal(expected, mail.TicketId),
        "matchedBy" => Equal(expected, Kebab(mail.MatchedBy)),
        "autoReply" => Equal(expected, mail.AutoReply),
        "autoReplyReason" => Equal(expected, mail.AutoReplyReason),
        "suppressAutoResponse" => Equal(expected, mail.SuppressAutoResponse),
        "isBounce" => Equal(expected, mail.Bounce is { Status: MessageStatus.Bounced or MessageStatus.Deferred }),
        "dmarc" => Equal(expected, Kebab(mail.Dmarc)),
        "from" => Equal(expected, mail.From?.ToLowerInvariant()),
        "fromName" => Equal(expected, mail.FromName),
        "subject" => Equal(expected, mail.Subject),
        "messageId" => Equal(expected, mail.MessageId),
        "inReplyTo" => Equal(expected, mail.InReplyTo),
        "referencesCount" => Equal(expected, mail.References.Count),
        "dedupKey" => Equal(expected, mail.DedupKey),
        "bodySource" => Equal(expected, mail.Content.IsFromHtml ? "html" : "text"),
        "charset" => Equal(expected, mail.Content.Charset),
        "declaredCharset" => Equal(expected, mail.Content.DeclaredCharset?.ToLowerInvariant()),
        "strippedQuote" => Equal(expected, mail.Content.StrippedQuote),
        "visibleText" => Equal(expected, mail.Content.VisibleText),
        "visibleTextFromPlainPart" => [], // the HTML is preferred
        "remoteImages" => Equal(expected, JsonSerializer.Serialize(mail.Content.RemoteImages)),
        "sanitizedHtmlMustContain" => expected.Value.EnumerateArray().Select(v => v.GetString()!).Where(v => !mail.Content.Html!.Contains(v, StringComparison.OrdinalIgnoreCase)),
        "sanitizedHtmlMustNotContain" => expected.Value.EnumerateArray().Select(v => v.GetString()!).Where(v => mail.Content.Html!.Contains(v, StringComparison.OrdinalIgnoreCase)),
        "attachments" => Attachments(expected.Value, mail.Attachments),
        "normalized" => Equal(expected, mail.Complaint is not null ? "complained" : mail.Receipt is { Disposition: "displayed" } ? "read" : null),
        "bounce" => expected.Value.EnumerateObject().SelectMany(m => Bounce(m, mail.Bounce!)),
        "complaint" => expected.Value.EnumerateObject().SelectMany(m => Complaint(m, mail.Complaint!)),
        var name => [$"{name}: not compared"],
    };

    private static IEnumerable<string> Bounce(JsonProperty expected, MailBounce bounce) => expected.Name switch
    {
        "recipient" => Equal(expected, bounce.Recipient),
        "action" => Equal(expected, bounce.Action),
        "status" => Equal(expected, bounce.StatusCode),
        "diagnostic" => Equal(expected, bounce.Diagnostic),
        "originalMessageId" => Equal(expected, bounce.OriginalMessageId),
        "normalized" => Equal(expected, Kebab(bounce.Status)),
        "permanent" => Equal(expected, bounce.IsPermanent),
        var name => [$"bounce.{name}: not compared"],
    };

    private static IEnumerable<string> Complaint(JsonProperty expected, MailComplaint complaint) => expected.Name switch
    {
        "type" => Equal(expected, complaint.Type),
        "recipient" => Equal(expected, complaint.Recipient),
        "originalMessageId" => Equal(expected, complaint.OriginalMessageId),
        var name => [$"complaint.{name}: not compared"],
    };

    private static IEnumerable<string> Attachments(JsonElement expected, IReadOnlyList<MailAttachment> actual) => expected.GetArrayLength() == actual.Count
        ? expected.EnumerateArray().Zip(actual).SelectMany(pair => pair.First.EnumerateObject().SelectMany(m => Attachment(m, pair.Second)))
        : [$"{actual.Count} attachments"];

    private static IEnumerable<string> Attachment(JsonProperty expected, MailAttachment attachment) => expected.Name switch
    {
        "fileName" => Equal(expected, attachment.RawFileName),
        "safeFileName" => Equal(expected, attachment.FileName),
        "contentType" => Equal(expected, attachment.ContentType),
        "size" => Equal(expected, attachment.Bytes.Length),
        "sha256" => Equal(expected, attachment.Sha256),
        "inline" => Equal(expected, attachment.IsInline),
        "contentId" => Equal(expected, attachment.ContentId),
        "blockedByPolicy" => Equal(expected, attachment.IsBlocked),
        var name => [$"attachment.{name}: not compared"],
    };

    private static IEnumerable<string> Equal(JsonProperty expected, object? actual)
    {
        var wanted = expected.Value.ValueKind == JsonValueKind.Array ? expected.Value.GetRawText().ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal) : expected.Value.ToString();
        var given = actual is bool flag ? flag.ToString() : actual?.ToString() ?? "";
        return wanted == given ? [] : [$"{expected.Name}: expected '{wanted}', was '{given}'"];
    }

    private static string Kebab(Enum value) => CapitalLetter().Replace(value.ToString(), "-$0").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex CapitalLetter();
}
