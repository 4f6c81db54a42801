using System.Data.Common;
using Dapper;

namespace Gatepost.Storage.Sql;

/// <summary>
/// Removes, within one write, what was hidden by a deletion: children first, because foreign keys are on, and the row itself in the
/// write that found no child left. A delivery that is being attempted meanwhile is recorded nowhere: its row was the fence.
/// </summary>
internal sealed class Purge(WriteSession session, int limit, DateTimeOffset now)
{
    // Texts of customers, up to a megabyte.
    private const int LongText = 10;

    private static readonly string[] OwnedByOrganization = ["sla_policies", "inbound_mail", "notifications", "admins", "api_keys"];

    private readonly RowRemover rows = new(session, limit);

    /// <summary>Reads the partial indexes of hidden rows only: cheap enough for every few seconds.</summary>
    public static bool HasWork(DbConnection connection) => connection.ExecuteScalar<bool>(
        """
        SELECT EXISTS (SELECT 1 FROM tickets WHERE deleted_at IS NOT NULL) OR EXISTS (SELECT 1 FROM webhooks WHERE deleted_at IS NOT NULL)
          OR EXISTS (SELECT 1 FROM surveys WHERE deleted_at IS NOT NULL) OR EXISTS (SELECT 1 FROM organizations WHERE deleted_at IS NOT NULL)
          OR EXISTS (SELECT 1 FROM provider_accounts WHERE deleted_at IS NOT NULL)
        """);

    /// <returns>How much of the limit was used; all of it when there may be more.</returns>
    public int Run()
    {
        // Tickets first: their deletion promises that the payloads are erased, however much else is waiting.
        while (!rows.IsFull && (PurgeTicket() || PurgeWebhook() || PurgeSurvey() || PurgeAccount() || PurgeOrganization()))
        {
        }

        return rows.Used;
    }

    private bool PurgeTicket()
    {
        if (FirstHidden("tickets") is not { } ticket)
            return false;
        if (rows.ErasePayloads("ticket_seq", ticket)
            && rows.DeleteEvents("ticket_seq", ticket)
            && rows.DeleteAttachments(ticket)
            && rows.Delete("ticket_messages", "ticket_seq", ticket, weight: LongText)
            && rows.Delete("mail_threads", "ticket_seq", ticket, row: "message_id")
            && rows.Delete("sender_threads", "ticket_seq", ticket, row: "sender")
            && rows.Delete("sla_clocks", "ticket_seq", ticket, row: "target")
            && rows.Clear("messages", "ticket_seq", ticket))
        {
            rows.Run("DELETE FROM tickets WHERE seq = $seq", ticket);
        }

        return true;
    }

    private bool PurgeWebhook()
    {
        if (FirstHidden("webhooks") is not { } webhook)
            return false;
        if (rows.DeleteDeliveries("webhook_seq", webhook) && rows.DeleteReplays("webhook_seq", webhook))
            rows.Run("DELETE FROM webhooks WHERE seq = $seq", webhook);
        return true;
    }

    private bool PurgeSurvey()
    {
        if (FirstHidden("surveys") is not { } survey)
            return false;
        if (!Hide("webhooks", "survey_seq", survey)
            && rows.Delete("survey_responses", "survey_seq", survey, weight: LongText)
            && rows.DeleteEvents("survey_seq", survey)
            && rows.Clear("messages", "survey_seq", survey))
        {
            rows.Run("DELETE FROM surveys WHERE seq = $seq", survey);
        }

        return true;
    }

    private bool PurgeAccount()
    {
        if (FirstHidden("provider_accounts") is not { } account)
            return false;
        if (rows.Delete("callbacks", "account_seq", account, weight: LongText)
            && rows.Delete("callback_guards", "account_seq", account, row: "guard")
            && rows.Delete("callback_events", "account_seq", account, row: "event"))
        {
            rows.Run("DELETE FROM provider_accounts WHERE seq = $seq", account);
        }

        return true;
    }

    private bool PurgeOrganization()
    {
        if (FirstHidden("organizations") is not { } organization)
            return false;
        if (Hide("webhooks", "organization_seq", organization)
            || Hide("surveys", "organization_seq", organization)
            || Hide("tickets", "organization_seq", organization)
            || Hide("provider_accounts", "organization_seq", organization))
        {
            session.FanOutChanged(organization);
        }
        else if (rows.DeleteDeliveries("organization_seq", organization)
            && rows.DeleteEvents("organization_seq", organization)
            && rows.Delete("message_statuses", "organization_seq", organization)
            && rows.Delete("messages", "organization_seq", organization)
            && rows.Delete("recipient_facts", "organization_seq", organization, row: "address")
            && OwnedByOrganization.All(table => rows.Delete(table, "organization_seq", organization)))
        {
            rows.Run("DELETE FROM organizations WHERE seq = $seq", organization);
        }

        return true;
    }

    // Hidden a batch at a time, and purged before the next: what is hidden already is never scanned again.
    private bool Hide(string table, string column, long key)
    {
        var hidden = session.Connection.Execute(
            $"UPDATE {table} SET deleted_at = @now WHERE seq IN (SELECT seq FROM {table} WHERE {column} = @key AND deleted_at IS NULL LIMIT @limit)",
            new { now, key, limit });
        rows.Count(hidden);
        return hidden > 0;
    }

    private long? FirstHidden(string table) =>
        session.Connection.ExecuteScalar<long?>($"SELECT seq FROM {table} WHERE deleted_at IS NOT NULL ORDER BY seq LIMIT 1");
}
