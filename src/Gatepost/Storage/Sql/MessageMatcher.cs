using System.Data.Common;
using Dapper;
using Gatepost.Messages;

namespace Gatepost.Storage.Sql;

/// <summary>Finds the message that a status is about, and the statuses that waited for a message.</summary>
internal static class MessageMatcher
{
    /// <summary>The provider of statuses that came by mail: they know the Message-ID only.</summary>
    public const string Mail = "mail";

    private const string Named = "SELECT seq FROM messages WHERE organization_seq = $organization AND provider = $provider AND lookup_id = $lookup";

    private const string SameRecipient = $"{Named} AND lower(recipient) = lower($recipient) LIMIT 1";

    private const string AnyRecipient = $"{Named} LIMIT 2";

    private const string Referenced =
        """
        SELECT seq FROM messages WHERE organization_seq = $organization AND reference = $reference AND provider = $provider
          AND ($recipient IS NULL OR lower(recipient) = lower($recipient)) LIMIT 2
        """;

    /// <returns>Null when there is none, or it cannot be said which of several.</returns>
    public static long? Find(WriteSession session, long organization, StatusRow status) =>
        ByLookup(session, organization, status.Provider, status.LookupId, status.Recipient, MessageLookup.IsOfOneRecipient(status.Provider))
        ?? ByReference(session, organization, status);

    /// <summary>A mail may name another recipient than we wrote to, after forwarding: among several it must be the same.</summary>
    public static long? FindByMail(WriteSession session, long organization, string? messageId, string? recipient) => MessageProviders.All
        .Select(provider => ByLookup(session, organization, provider, MessageLookup.Of(provider, messageId), recipient, anyRecipient: true))
        .FirstOrDefault(found => found is not null);

    /// <summary>Hands the statuses over that waited for this message.</summary>
    /// <returns>Other messages that had one of them, because all that was known was the reference they share.</returns>
    public static IReadOnlyList<long> Claim(DbConnection connection, long organization, long seq, OutboundMessage message)
    {
        var lookup = MessageLookup.Of(message.Provider, message.ProviderMessageId);
        var values = new
        {
            organization,
            seq,
            message.Provider,
            lookup,
            message.Reference,
            message.To,
            any = MessageLookup.IsOfOneRecipient(message.Provider),
            Mail,
            mailId = MessageLookup.WithoutBrackets(message.ProviderMessageId),
        };
        foreach (var named in new[] { "provider = @Provider AND lookup_id = @lookup", "provider = @Mail AND lookup_id = @mailId", "provider = @Provider AND reference = @Reference" })
        {
            connection.Execute(
                $"""
                UPDATE message_statuses SET message_seq = @seq WHERE message_seq IS NULL AND organization_seq = @organization AND {named}
                  AND (recipient IS NULL OR lower(recipient) = lower(@To) OR (@any = 1 AND lookup_id = @lookup))
                """,
                values);
        }

        return message.Reference is null ? [] : connection.Query<long>(
            """
            WITH shared AS (SELECT seq FROM messages WHERE organization_seq = @organization AND reference = @Reference AND provider = @Provider AND lookup_id <> @lookup)
            SELECT DISTINCT message_seq FROM message_statuses
            WHERE message_seq IN (SELECT seq FROM shared) AND provider = @Provider AND lookup_id = @lookup AND (recipient IS NULL OR lower(recipient) = lower(@To) OR @any = 1)
            """,
            values).AsList();
    }

    /// <summary>Gives what another message had of this one back to it.</summary>
    public static void TakeBack(DbConnection connection, long seq, long from, OutboundMessage message) => connection.Execute(
        """
        UPDATE message_statuses SET message_seq = @seq
        WHERE message_seq = @from AND provider = @Provider AND lookup_id = @lookup AND (recipient IS NULL OR lower(recipient) = lower(@To) OR @any = 1)
        """,
        new
        {
            seq,
            from,
            message.Provider,
            lookup = MessageLookup.Of(message.Provider, message.ProviderMessageId),
            message.To,
            any = MessageLookup.IsOfOneRecipient(message.Provider),
        });

    private static long? ByLookup(WriteSession session, long organization, string provider, string? lookup, string? recipient, bool anyRecipient)
    {
        if (lookup is null)
            return null;
        if (recipient is not null
            && session.Prepare(SameRecipient).Bind(organization).BindText(provider).BindText(lookup).BindText(recipient).RunForNumber() is { } same)
        {
            return same;
        }

        // An id that others share says nothing of a recipient who is not registered, or not yet.
        return recipient is null || anyRecipient
            ? Only(session.Prepare(AnyRecipient).Bind(organization).BindText(provider).BindText(lookup))
            : null;
    }

    private static long? ByReference(WriteSession session, long organization, StatusRow status) => status.Reference is null
        ? null
        : Only(session.Prepare(Referenced).Bind(organization).BindText(status.Reference).BindText(status.Provider).BindText(status.Recipient));

    private static long? Only(Statement rows)
    {
        try
        {
            if (!rows.Step())
                return null;
            var first = rows.Number(0);
            return rows.Step() ? null : first;
        }
        finally
        {
            rows.Reset();
        }
    }
}
