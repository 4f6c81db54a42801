using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Gatepost.Callbacks;
using Gatepost.Organizations;
using Gatepost.Security;

namespace Gatepost.Storage.Sql;

internal sealed class InboundMailStore(Database database, SecretBox box) : IInboundMailStore
{
    private const string Column = "settings";

    public Task<InboundMailSettings?> FindAsync(OrganizationRef organization, CancellationToken cancellation) =>
        database.ReadAsync(connection => Find(connection, organization), cancellation);

    public Task<InboundMailSettings?> PutAsync(
        OrganizationRef organization, Func<InboundMailSettings?, InboundMailSettings> decide, DateTimeOffset now, CancellationToken cancellation) =>
        database.WriteAsync(
            organization,
            session =>
            {
                var after = decide(FindReadable(session.Connection, organization));
                var settings = box.Protect(JsonSerializer.SerializeToUtf8Bytes(after, JsonSerializerOptions.Web), organization.Id, Column);
                var written = session.Connection.Execute(
                    """
                    INSERT INTO inbound_mail (organization_seq, settings, updated_at) SELECT seq, @settings, @now FROM organizations WHERE seq = @Seq AND deleted_at IS NULL
                    ON CONFLICT (organization_seq) DO UPDATE SET settings = excluded.settings, updated_at = excluded.updated_at
                    """,
                    new { organization.Seq, settings, now });
                return written > 0 ? after : null;
            },
            cancellation);

    public Task<bool> RememberAsync(OrganizationRef organization, Guid ticketId, string messageId, CancellationToken cancellation) => database.WriteAsync(
        organization,
        session =>
        {
            if (TicketRow.Find(session.Connection, organization, ticketId) is not { } row)
                return false;
            MailThreads.Add(session.Connection, organization, messageId, row.Seq);
            return true;
        },
        cancellation);

    public string Owners => "inbound e-mail settings";

    public Task<ResealedBatch> ResealAsync(long afterSeq, int limit, CancellationToken cancellation) =>
        database.WriteAsync(session => Reseal(session.Connection, afterSeq, limit), cancellation);

    /// <summary>Inside a transaction that somebody else opened.</summary>
    public InboundMailSettings? Find(DbConnection connection, OrganizationRef organization) =>
        connection.ExecuteScalar<byte[]?>("SELECT settings FROM inbound_mail WHERE organization_seq = @Seq", new { organization.Seq }) is { } settings
            ? JsonSerializer.Deserialize<InboundMailSettings>(box.Unprotect(settings, organization.Id, Column), JsonSerializerOptions.Web)
            : null;

    private InboundMailSettings? FindReadable(DbConnection connection, OrganizationRef organization)
    {
        try
        {
            return Find(connection, organization);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private ResealedBatch Reseal(DbConnection connection, long afterSeq, int limit)
    {
        var batch = connection.Query<(long Seq, Guid Id, byte[] Settings)>(
            """
            SELECT o.seq, o.id, m.settings FROM inbound_mail m JOIN organizations o ON o.seq = m.organization_seq
            WHERE o.seq > @afterSeq ORDER BY o.seq LIMIT @limit
            """,
            new { afterSeq, limit }).AsList();
        var resealed = 0;
        foreach (var (seq, id, present) in batch)
        {
            if (box.Renew(present, id, Column) is { } settings)
                resealed += connection.Execute("UPDATE inbound_mail SET settings = @settings WHERE organization_seq = @seq", new { seq, settings });
        }

        var unreadable = batch.Count(row => box.TryUnprotect(row.Settings, row.Id, Column) is null);
        return new ResealedBatch(batch.Count < limit ? null : batch[^1].Seq, resealed, unreadable);
    }
}
