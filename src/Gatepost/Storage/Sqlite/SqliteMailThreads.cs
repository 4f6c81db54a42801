using System.Globalization;
using Dapper;
using Gatepost.Messages;
using Gatepost.Organizations;
using Gatepost.Providers.Mail;
using Microsoft.Data.Sqlite;

namespace Gatepost.Storage.Sqlite;

/// <summary>Which ticket a mail belongs to.</summary>
internal static class SqliteMailThreads
{
    /// <summary>A report about a message of ours that has no ticket, such as an invitation to a survey.</summary>
    private static readonly MailTicket NoTicket = new("", []);

    /// <summary>The first ticket that a mail's candidates name, and what follows from it.</summary>
    public static MailReading Match(SqliteConnection connection, OrganizationRef organization, MailReading mail)
    {
        foreach (var candidate in mail.Candidates)
        {
            if (Find(connection, organization, candidate) is { } ticket)
                return mail.Resolve(candidate, ticket);
        }

        return mail.Resolve(null, null);
    }

    public static void Add(SqliteConnection connection, OrganizationRef organization, string messageId, long ticketSeq) => connection.Execute(
        "INSERT INTO mail_threads (organization_seq, message_id, ticket_seq) VALUES (@Seq, @id, @ticketSeq) ON CONFLICT DO NOTHING",
        new { organization.Seq, id = Bare(messageId), ticketSeq });

    /// <returns>The ticket, even a deleted one; null for a mail that was not seen before.</returns>
    public static long? TicketSeqOf(SqliteConnection connection, OrganizationRef organization, string messageId) => connection.ExecuteScalar<long?>(
        "SELECT ticket_seq FROM mail_threads WHERE organization_seq = @Seq AND message_id = @id", new { organization.Seq, id = Bare(messageId) });

    private static MailTicket? Find(SqliteConnection connection, OrganizationRef organization, MailCandidate candidate)
    {
        if (FindRow(connection, organization, candidate) is { } row)
            return new MailTicket($"{row.Id}", Participants(connection, row.Seq));
        var isReported = candidate is { By: MailMatch.OriginalMessageId, MessageId: { } id } && IsSent(connection, organization, id);
        return isReported ? NoTicket : null;
    }

    private static SqliteTicketRow? FindRow(SqliteConnection connection, OrganizationRef organization, MailCandidate candidate)
    {
        if (candidate.Ticket is { } text)
        {
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? SqliteTicketRow.FindByNumber(connection, organization, number)
                : null;
        }

        return candidate.MessageId is { } id && (TicketSeqOf(connection, organization, id) ?? SentTicketSeq(connection, organization, id)) is { } seq
            ? SqliteTicketRow.FindBySeq(connection, organization, seq)
            : null;
    }

    private static long? SentTicketSeq(SqliteConnection connection, OrganizationRef organization, string messageId) => connection.ExecuteScalar<long?>(
        $"SELECT m.ticket_seq {Sent} AND m.ticket_seq IS NOT NULL LIMIT 1", SentValues(organization, messageId));

    private static bool IsSent(SqliteConnection connection, OrganizationRef organization, string messageId) =>
        connection.ExecuteScalar<bool>($"SELECT EXISTS (SELECT 1 {Sent})", SentValues(organization, messageId));

    // By provider: so goes the index, and each has its own form of the ids that it makes.
    private static readonly string Sent =
        $"""
        FROM (VALUES {string.Join(", ", MessageProviders.All.Select(provider => $"('{provider}', @{Parameter(provider)})"))}) v
        CROSS JOIN messages m ON m.organization_seq = @Seq AND m.provider = v.column1 AND m.lookup_id = v.column2 WHERE m.channel = 'email'
        """;

    private static DynamicParameters SentValues(OrganizationRef organization, string messageId)
    {
        var values = new DynamicParameters(new { organization.Seq });
        foreach (var provider in MessageProviders.All)
            values.Add(Parameter(provider), MessageLookup.Of(provider, messageId));
        return values;
    }

    private static string Parameter(string provider) => $"id_{provider.Replace('-', '_')}";

    private static HashSet<string> Participants(SqliteConnection connection, long ticketSeq) => connection.Query<string?>(
        """
        SELECT json_extract(requester, '$.email') FROM tickets WHERE seq = @ticketSeq
        UNION SELECT json_extract(author, '$.email') FROM ticket_messages WHERE ticket_seq = @ticketSeq AND author IS NOT NULL
        """,
        new { ticketSeq }).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static string Bare(string messageId) => messageId.Trim('<', '>', ' ');
}
