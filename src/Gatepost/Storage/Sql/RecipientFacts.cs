using System.Data.Common;
using Dapper;
using Gatepost.Messages;
using Gatepost.Organizations;

namespace Gatepost.Storage.Sql;

/// <summary>Facts about people, not about messages: they unsubscribed or complained.</summary>
internal static class RecipientFacts
{
    private const string Email = "email";

    /// <summary>The earliest time counts.</summary>
    public static void Keep(DbConnection connection, OrganizationRef organization, string channel, string address, string fact, DateTimeOffset at) =>
        connection.Execute(
            """
            INSERT INTO recipient_facts (organization_seq, channel, address, fact, at) VALUES (@Seq, @channel, @address, @fact, @at)
            ON CONFLICT (organization_seq, channel, address, fact) DO UPDATE SET at = excluded.at WHERE excluded.at < recipient_facts.at
            """,
            new { organization.Seq, channel, address = Key(channel, address), fact, at });

    /// <returns>Oldest first.</returns>
    public static IReadOnlyList<RecipientFact> List(DbConnection connection, long organizationSeq, string channel, string address) =>
    [
        .. connection.Query<(string Fact, long At)>(
            "SELECT fact, at FROM recipient_facts WHERE organization_seq = @organizationSeq AND channel = @channel AND address = @address ORDER BY at, fact",
            new { organizationSeq, channel, address = Key(channel, address) }).Select(f => new RecipientFact(f.Fact, Instant.FromMilliseconds(f.At))),
    ];

    private static string Key(string channel, string address) => channel == Email ? address.ToLowerInvariant() : address;
}
