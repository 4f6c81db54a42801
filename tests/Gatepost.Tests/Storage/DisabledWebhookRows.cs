using Dapper;
using Gatepost.Notifications;
using Gatepost.Organizations;
using Gatepost.Storage.Sql;
using Gatepost.Testing;
using Microsoft.Extensions.Options;

namespace Gatepost.Tests.Storage;

/// <summary>Rows around a notification: an organization with admins, a disabled webhook, deliveries that wait.</summary>
internal static class DisabledWebhookRows
{
    public static Task<OrganizationRef> AddOrganizationAsync(TestDatabase db, params string[] admins) => db.Database.WriteAsync(
        session =>
        {
            var id = Guid.CreateVersion7();
            var seq = session.Connection.ExecuteScalar<long>(
                "INSERT INTO organizations (id, name, created_at, updated_at) VALUES (@id, 'Acme', 0, 0) RETURNING seq", new { id });
            foreach (var email in admins)
            {
                session.Connection.Execute(
                    "INSERT INTO admins (id, organization_seq, email, created_at) VALUES (@Admin, @seq, @email, 0)",
                    new { Admin = Guid.CreateVersion7(), seq, email });
            }

            return new OrganizationRef(seq, id);
        },
        TestContext.Current.CancellationToken);

    public static Task<Guid> AppendAsync(
        TestDatabase db, OrganizationRef organization, DateTimeOffset now, int waiting, SmtpOptions smtp, string name = "Orders") =>
        db.Database.WriteAsync(
            session =>
            {
                var id = Guid.CreateVersion7();
                var seq = session.Connection.ExecuteScalar<long>(
                    """
                    INSERT INTO webhooks (id, organization_seq, name, url, event_mask, events, header_names, active, consecutive_failures, created_at, updated_at)
                    VALUES (@id, @Seq, @name, 'https://example.com/hook', 2, '["ticket.created"]', '[]', 1, 10, 0, 0) RETURNING seq
                    """,
                    new { id, organization.Seq, name });
                for (var i = 0; i < waiting; i++)
                {
                    session.Connection.Execute(
                        """
                        INSERT INTO deliveries (id, organization_seq, webhook_seq, event_seq, event_type, status, trigger, next_attempt_at, created_at)
                        VALUES (@Delivery, @Organization, @seq, 1, 1, 0, 0, 0, 0)
                        """,
                        new { Delivery = Guid.CreateVersion7(), Organization = organization.Seq, seq });
                }

                new NotificationWriter(Options.Create(smtp), Options.Create(new PublicAddress())).AppendDisabled(session, seq, "consecutive_failures", "The receiver answered 500.", now);
                return id;
            },
            TestContext.Current.CancellationToken);
}
