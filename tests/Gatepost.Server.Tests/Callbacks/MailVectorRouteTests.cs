using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatepost.Providers;
using Gatepost.Testing;
using Gatepost.Testing.Vectors;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>
/// Every e-mail file through the real HTTP route, to the ticket or the message that it is about. What no answer shows, such as how it
/// was matched and decoded, is compared where mails are read: MailVectorTests.
/// </summary>
public sealed class MailVectorRouteTests(MailVectorDesk desk) : IClassFixture<MailVectorDesk>
{
    public static TheoryData<string> Paths => [.. VectorFolders.Find(MailVector.Below)];

    private ApiUser User => desk.User;

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Receive_MailVector_BecomesWhatIsExpected(string path)
    {
        var vector = MailVector.Read(path);
        var (expect, decision) = (vector.Expect, vector.Expect.Text("decision")!);
        var tickets = await desk.PrepareAsync(vector);
        var outbound = await RegisterReportedAsync(expect);

        (await desk.BringAsync(vector)).Status.ShouldBe(200);

        var callback = await ProcessedAsync();
        (callback.Text("status"), Effect(callback).Text("kind")).ShouldBe(Became(decision), path);
        CheckReading(expect, callback);
        var ticket = expect.Text("ticketId") is { } number ? tickets[number] : (Guid?)null;
        if (outbound is { } message)
            await CheckReportedAsync(expect, message, Effect(callback), ticket);
        if (decision == "quarantine")
            await ReleaseAsync(callback);
        await CheckTicketsAsync(expect, tickets, decision is "append" or "quarantine" ? ticket : null);
    }

    private static (string, string) Became(string decision) => decision switch
    {
        "append" => ("processed", "message_added"),
        "new" => ("processed", "ticket_created"),
        "ignore" => ("processed", "ignored"),
        "bounce" or "deferred" or "complaint" or "mdn" => ("processed", "status"),
        "quarantine" => ("quarantined", "quarantined"),
        _ => throw new InvalidOperationException($"Unknown decision {decision}."),
    };

    /// <summary>The message that a report is about, where the mail is one.</summary>
    private async Task<Guid?> RegisterReportedAsync(JsonElement expect)
    {
        var report = expect.Member("bounce") ?? expect.Member("complaint");
        var id = report.Text("originalMessageId") ?? (expect.Text("decision") == "mdn" ? expect.Text("inReplyTo") : null);
        return id is null ? null : await User.NewMessageAsync("email", "generic", id, report.Text("recipient") ?? expect.Text("from")!);
    }

    private async Task<JsonElement> ProcessedAsync()
    {
        var listed = (await User.ProcessedCallbacksAsync(1)).ShouldHaveSingleItem();
        return JsonElement.Parse((await User.GetAsync($"/v1/callbacks/{listed["id"]}")).Text);
    }

    private async Task ReleaseAsync(JsonElement callback)
    {
        (await User.PostAsync($"/v1/callbacks/{callback.Text("id")}/release")).Status.ShouldBe(202);
        Effect(await ProcessedAsync()).Text("kind").ShouldBe("message_added");
    }

    // What the inbox says of the mail itself.
    private static void CheckReading(JsonElement expect, JsonElement callback)
    {
        var read = callback.GetProperty("events")[0];
        var extra = read.GetProperty("extra");
        extra.Text("subject").ShouldBe(expect.Text("subject"));
        extra.Text("headerFrom")?.ToLowerInvariant().ShouldBe(expect.Text("from"));
        read.Text("providerMessageId").ShouldBe(expect.Text("messageId"));
        (extra.Text("autoReply") is not null).ShouldBe(expect.GetProperty("autoReply").GetBoolean());
        if (expect.Text("decision") == "ignore")
            Effect(callback).Text("detail")!.ShouldContain(expect.Text("autoReplyReason")!);
    }

    private async Task CheckReportedAsync(JsonElement expect, Guid message, JsonElement effect, Guid? ticket)
    {
        var bounce = expect.Member("bounce");
        effect.Text("ticketId").ShouldBe(ticket?.ToString());
        var heard = await User.MessageAsync(message);
        ((string)heard["status"]!).ShouldBe(bounce.Text("normalized") ?? expect.Text("normalized"));
        var history = heard["statusHistory"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)history["errorCode"]).ShouldBe(bounce.Text("status"));
        if (bounce is not null)
            ((string?)history["errorReason"]).ShouldBe(bounce.Text("diagnostic"));
    }

    /// <param name="target">The only ticket that got a message; null when none did.</param>
    private async Task CheckTicketsAsync(JsonElement expect, IReadOnlyDictionary<string, Guid> tickets, Guid? target)
    {
        foreach (var ticket in tickets.Values)
        {
            var inbound = (await User.TicketMessagesAsync(ticket)).Where(m => (string)m["direction"]! == "inbound").ToList();
            if (ticket == target)
                await CheckMessageAsync(expect, inbound.ShouldHaveSingleItem());
            else
                inbound.ShouldBeEmpty();
        }
    }

    private async Task CheckMessageAsync(JsonElement expect, JsonNode message)
    {
        ((string)message["body"]!).ShouldBe(expect.Text("visibleText"));
        ((string)message["author"]!["email"]!).ToLowerInvariant().ShouldBe(expect.Text("from"));
        ((string?)message["author"]!["name"]).ShouldBe(expect.Text("fromName"));
        foreach (var part in Texts(expect, "sanitizedHtmlMustContain"))
            ((string)message["bodyHtml"]!).ShouldContain(part);
        foreach (var part in Texts(expect, "sanitizedHtmlMustNotContain"))
            ((string)message["bodyHtml"]!).ShouldNotContain(part);
        var wanted = expect.GetProperty("attachments").EnumerateArray().ToList();
        var kept = message["attachments"]!.AsArray();
        kept.Count.ShouldBe(wanted.Count);
        foreach (var (file, actual) in wanted.Zip(kept))
            await CheckAttachmentAsync(file, actual!);
    }

    private async Task CheckAttachmentAsync(JsonElement wanted, JsonNode kept)
    {
        var bytes = await desk.DownloadAsync((string)kept["url"]!);
        ((string)kept["fileName"]!, (string)kept["contentType"]!, (string?)kept["contentId"]).ShouldBe((wanted.Text("safeFileName")!, wanted.Text("contentType")!, wanted.Text("contentId")));
        ((bool)kept["inline"]!, (bool)kept["blocked"]!).ShouldBe((wanted.GetProperty("inline").GetBoolean(), wanted.Member("blockedByPolicy")?.GetBoolean() ?? false));
        ((int)kept["size"]!).ShouldBe(bytes.Length);
        if (wanted.Text("sha256") is { } hash)
            Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe(hash);
    }

    private static JsonElement Effect(JsonElement callback) => callback.GetProperty("effects").EnumerateArray().ShouldHaveSingleItem();

    private static IEnumerable<string> Texts(JsonElement expect, string name) => expect.Member(name)?.EnumerateArray().Select(t => t.GetString()!) ?? [];
}
