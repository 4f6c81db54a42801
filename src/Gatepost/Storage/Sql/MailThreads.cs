using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Gatepost.Messages;
using Gatepost.Organizations;
using Gatepost.Providers.Mail;
using Gatepost.Tickets;

namespace Gatepost.Storage.Sql;

/// <summary>Which ticket a mail belongs to.</summary>
internal static class MailThreads
{
    /// <summary>A report about a message of ours that has no ticket, such as an invitation to a survey.</summary>
    private static readonly MailTicket NoTicket = new("", []);

    /// <summary>The first ticket that a mail's candidates name, and what follows from it.</summary>
    public static MailReading Match(DbConnection connection, OrganizationRef organization, MailReading mail)
    {
        foreach (var candidate in mail.Candidates)
        {
            if (Find(connection, organization, candidate) is { } ticket)
                return mail.Resolve(candidate, ticket);
        }

        return mail.Resolve(null, null);
    }

    public static void Add(DbConnection connection, OrganizationRef organization, string messageId, long ticketSeq) => connection.Execute(
        "INSERT INTO mail_threads (organization_seq, message_id, ticket_seq) VALUES (@Seq, @id, @ticketSeq) ON CONFLICT DO NOTHING",
        new { organization.Seq, id = Bare(messageId), ticketSeq });

    /// <returns>The ticket, even a deleted one; null for a mail that was not seen before.</returns>
    public static long? TicketSeqOf(DbConnection connection, OrganizationRef organization, string messageId) => connection.ExecuteScalar<long?>(
        "SELECT ticket_seq FROM mail_threads WHERE organization_seq = @Seq AND message_id = @id", new { organization.Seq, id = Bare(messageId) });

    private static MailTicket? Find(DbConnection connection, OrganizationRef organization, MailCandidate candidate)
    {
        if (FindRow(connection, organization, candidate) is { } row)
            return new MailTicket($"{row.Id}", Participants(connection, row.Seq));
        var isReported = candidate is { By: MailMatch.OriginalMessageId, MessageId: { } id } && IsSent(connection, organization, id);
        return isReported ? NoTicket : null;
    }

    private static TicketRow? FindRow(DbConnection connection, OrganizationRef organization, MailCandidate candidate)
    {
        if (candidate.Ticket is { } text)
        {
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? TicketRow.FindByNumber(connection, organization, number)
                : null;
        }

        return candidate.MessageId is { } id && (TicketSeqOf(connection, organization, id) ?? SentTicketSeq(connection, organization, id)) is { } seq
            ? TicketRow.FindBySeq(connection, organization, seq)
            : null;
    }

    private static long? SentTicketSeq(DbConnection connection, OrganizationRef organization, string messageId) => Sent(messageId)
        .Select(sent => connection.ExecuteScalar<long?>($"SELECT ticket_seq FROM messages WHERE {ByProvider} AND ticket_seq IS NOT NULL LIMIT 1", Named(organization, sent)))
        .FirstOrDefault(seq => seq is not null);

    private static bool IsSent(DbConnection connection, OrganizationRef organization, string messageId) =>
        Sent(messageId).Any(sent => connection.ExecuteScalar<bool>($"SELECT EXISTS (SELECT 1 FROM messages WHERE {ByProvider})", Named(organization, sent)));

    // One after another, because that is how the index goes.
    private const string ByProvider = "organization_seq = @Seq AND provider = @Provider AND lookup_id = @Lookup AND channel = 'email'";

    private static object Named(OrganizationRef organization, (string Provider, string? Lookup) sent) => new { organization.Seq, sent.Provider, sent.Lookup };

    /// <summary>The mail does not tell who it was sent with, and each provider's ids are compared in a form of their own.</summary>
    private static IEnumerable<(string Provider, string? Lookup)> Sent(string messageId) => MessageProviders.All.Select(p => (p, MessageLookup.Of(p, messageId)));

    private static HashSet<string> Participants(DbConnection connection, long ticketSeq) => connection.Query<string?>(
        "SELECT requester FROM tickets WHERE seq = @ticketSeq UNION SELECT author FROM ticket_messages WHERE ticket_seq = @ticketSeq AND author IS NOT NULL",
        new { ticketSeq }).OfType<string>().Select(EmailOf).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static string? EmailOf(string contact) => JsonSerializer.Deserialize<Contact>(contact, TicketJson.Relaxed)!.Email;

    private static string Bare(string messageId) => messageId.Trim('<', '>', ' ');
}
