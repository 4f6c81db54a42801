using System.Data.Common;
using Dapper;
using Gatepost.Messages;
using Gatepost.Organizations;

namespace Gatepost.Storage.Sql;

internal sealed class MessageStore(Database database) : IMessageStore
{
    public Task<Result<OutboundMessageDetail>> RegisterAsync(OrganizationRef organization, OutboundMessage message, CancellationToken cancellation) =>
        database.WriteAsync<Result<OutboundMessageDetail>>(
            organization,
            session =>
            {
                var connection = session.Connection;
                var (ticket, survey) = (SeqOf(connection, "tickets", organization, message.TicketId), SeqOf(connection, "surveys", organization, message.SurveyId));
                if (Check(connection, organization, message, ticket, survey) is { } problem)
                    return problem;
                if (Insert(connection, organization, message, ticket, survey) is not { } seq)
                    return Problem.NotFound("organization");
                foreach (var other in MessageMatcher.Claim(connection, organization.Seq, seq, message))
                {
                    MessageMatcher.TakeBack(connection, seq, other, message);
                    MessageWriter.Refresh(session, other, message.CreatedAt);
                }

                MessageWriter.Refresh(session, seq, message.CreatedAt);
                return Detail(connection, OutboundMessageRow.Read(connection, organization, seq));
            },
            cancellation);

    public Task<OutboundMessageDetail?> FindAsync(OrganizationRef organization, Guid id, CancellationToken cancellation) => database.ReadAsync(
        connection => OutboundMessageRow.Find(connection, organization, id) is { } row ? Detail(connection, row) : null, cancellation);

    public Task<Page<OutboundMessage>> ListAsync(OrganizationRef organization, PageRequest page, CancellationToken cancellation) =>
        database.ReadAsync(connection => OutboundMessageRow.List(connection, organization, page), cancellation);

    private static OutboundMessageDetail Detail(DbConnection connection, OutboundMessageRow row) =>
        new(row.ToMessage(), StatusRow.History(connection, row.Seq), RecipientFacts.List(connection, row.OrganizationSeq, row.Channel, row.Recipient));

    private static Problem? Check(DbConnection connection, OrganizationRef organization, OutboundMessage message, long? ticket, long? survey)
    {
        var faults = new FaultList();
        if (message.TicketId is not null && ticket is null)
            faults.Add("ticketId", "unknown_ticket", "There is no ticket with this id. Check the id and the organization of your key.");
        if (message.SurveyId is not null && survey is null)
            faults.Add("surveyId", "unknown_survey", "There is no survey with this id. Check the id and the organization of your key.");
        if (faults.Any)
            return faults.ToProblem();
        var exists = connection.ExecuteScalar<bool>(
            """
            SELECT EXISTS (SELECT 1 FROM messages
              WHERE organization_seq = @Seq AND provider = @Provider AND lookup_id = @lookup AND lower(recipient) = lower(@To))
            """,
            new { organization.Seq, message.Provider, lookup = MessageLookup.Of(message.Provider, message.ProviderMessageId), message.To });
        return exists ? Problem.Conflict("message_exists", "A message with this provider, providerMessageId and recipient is registered already.") : null;
    }

    private static long? Insert(DbConnection connection, OrganizationRef organization, OutboundMessage message, long? ticket, long? survey) =>
        connection.ExecuteScalar<long?>(
            """
            INSERT INTO messages (id, organization_seq, channel, provider, provider_message_id, lookup_id, recipient, sender, ticket_seq, survey_seq,
              reference, status, created_at, updated_at)
            SELECT @Id, seq, @Channel, @Provider, @ProviderMessageId, @lookup, @To, @From, @ticket, @survey, @Reference, @Status, @CreatedAt, @UpdatedAt
            FROM organizations WHERE seq = @Seq AND deleted_at IS NULL RETURNING seq
            """,
            new
            {
                message.Id,
                Channel = message.Channel.Name(),
                message.Provider,
                message.ProviderMessageId,
                lookup = MessageLookup.Of(message.Provider, message.ProviderMessageId),
                message.To,
                message.From,
                ticket,
                survey,
                message.Reference,
                Status = (int)message.Status,
                message.CreatedAt,
                message.UpdatedAt,
                organization.Seq,
            });

    private static long? SeqOf(DbConnection connection, string table, OrganizationRef organization, Guid? id) => id is null ? null : connection.ExecuteScalar<long?>(
        $"SELECT seq FROM {table} WHERE id = @id AND organization_seq = @Seq AND deleted_at IS NULL", new { id, organization.Seq });
}
