using Dapper;
using Gatepost.Deliveries;
using Gatepost.Organizations;
using Gatepost.Storage.Sql;
using Gatepost.Testing;

namespace Gatepost.Tests.Storage;

/// <summary>Rows of the log and of what they belong to, written straight into the file. Ages count back from the test's clock.</summary>
internal sealed class LogRows(TestDatabase db)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Task<OrganizationRef> AddOrganizationAsync() => DisabledWebhookRows.AddOrganizationAsync(db);

    public Task<long> AddSurveyAsync(OrganizationRef organization) => InsertAsync(
        "INSERT INTO surveys (id, organization_seq, title, status, questions, created_at, updated_at) VALUES (@Id, @Seq, 'x', 'active', '[]', 0, 0)",
        new { Id = Guid.CreateVersion7(), organization.Seq });

    public async Task<long> AddTicketAsync(OrganizationRef organization)
    {
        var ticket = await InsertAsync(
            """
            INSERT INTO tickets (id, organization_seq, number, subject, requester, priority, status, tags, custom_fields, created_at, updated_at)
            VALUES (@Id, @Seq, 1, 'x', '{}', 'low', 'open', '[]', '{}', 0, 0)
            """,
            new { Id = Guid.CreateVersion7(), organization.Seq });
        await InsertAsync(
            "INSERT INTO ticket_messages (id, ticket_seq, direction, body, created_at) VALUES (@Id, @ticket, 'inbound', 'x', 0)", new { Id = Guid.CreateVersion7(), ticket });
        await ExecuteAsync("INSERT INTO sla_clocks (ticket_seq, target, state) VALUES (@ticket, 'resolution', '{}')", new { ticket });
        return ticket;
    }

    public Task<long> AddWebhookAsync(OrganizationRef organization, long? survey = null) => InsertAsync(
        """
        INSERT INTO webhooks (id, organization_seq, survey_seq, name, url, event_mask, events, header_names, active, created_at, updated_at)
        VALUES (@Id, @Seq, @survey, 'x', 'https://example.com/', 2, '[]', '[]', 1, 0, 0)
        """,
        new { Id = Guid.CreateVersion7(), organization.Seq, survey });

    public Task<long> AddEventAsync(OrganizationRef organization, int days = 0, long? survey = null, long? ticket = null, int type = 1, int bytes = 2) => InsertAsync(
        """
        INSERT INTO events (id, organization_seq, type, survey_seq, ticket_seq, timestamp, created_at, payload)
        VALUES (@Id, @Seq, @type, @survey, @ticket, @At, @At, @Payload)
        """,
        new { Id = Guid.CreateVersion7(), organization.Seq, type, survey, ticket, At = Ago(days), Payload = new byte[bytes] });

    /// <param name="ended">Days ago; null for what has not ended.</param>
    public async Task<long> AddDeliveryAsync(
        OrganizationRef organization, long webhook, long @event, DeliveryStatus status = DeliveryStatus.Succeeded, int days = 0, int? ended = null, int attempts = 2)
    {
        var seq = await InsertAsync(
            """
            INSERT INTO deliveries (id, organization_seq, webhook_seq, event_seq, event_type, status, trigger, created_at, completed_at)
            VALUES (@Id, @Seq, @webhook, @event, (SELECT type FROM events WHERE seq = @event), @status, 0, @At, @EndedAt)
            """,
            new { Id = Guid.CreateVersion7(), organization.Seq, webhook, @event, status = (int)status, At = Ago(days), EndedAt = ended is { } e ? Ago(e) : (DateTimeOffset?)null });
        for (var number = 1; number <= attempts; number++)
        {
            await ExecuteAsync(
                "INSERT INTO attempts (delivery_seq, number, trigger, started_at, duration_ms, outcome, url, header_names, signed) VALUES (@seq, @number, 0, 0, 1, 0, 'x', '[]', 0)",
                new { seq, number });
        }

        return seq;
    }

    /// <summary>A delivery that is due now, of an organization and a webhook of its own.</summary>
    /// <returns>The webhook.</returns>
    public async Task<long> AddDueAsync()
    {
        var organization = await AddOrganizationAsync();
        var webhook = await AddWebhookAsync(organization);
        var delivery = await AddDeliveryAsync(organization, webhook, await AddEventAsync(organization), DeliveryStatus.Pending, attempts: 0);
        await ExecuteAsync("UPDATE deliveries SET next_attempt_at = @now WHERE seq = @delivery", new { now = db.Clock.GetUtcNow(), delivery });
        return webhook;
    }

    public async Task<long> AddReplayAsync(OrganizationRef organization, long webhook, int days, string status, int items)
    {
        var seq = await InsertAsync(
            "INSERT INTO replays (id, organization_seq, webhook_seq, status, total, created_at) VALUES (@Id, @Seq, @webhook, @status, @items, @At)",
            new { Id = Guid.CreateVersion7(), organization.Seq, webhook, status, items, At = Ago(days) });
        for (var item = 1; item <= items; item++)
            await ExecuteAsync("INSERT INTO replay_items (replay_seq, delivery_seq) VALUES (@seq, @item)", new { seq, item });
        return seq;
    }

    /// <summary>Something in every table that an organization can have rows in.</summary>
    public async Task FillAsync(OrganizationRef organization)
    {
        var (survey, ticket) = (await AddSurveyAsync(organization), await AddTicketAsync(organization));
        await InsertAsync(
            "INSERT INTO survey_responses (id, survey_seq, answers, embedded_data, metadata, created_at, updated_at) VALUES (@Id, @survey, '{}', '{}', '{}', 0, 0)",
            new { Id = Guid.CreateVersion7(), survey });
        var (ofTickets, ofSurvey) = (await AddWebhookAsync(organization), await AddWebhookAsync(organization, survey));
        await AddDeliveryAsync(organization, ofTickets, await AddEventAsync(organization, ticket: ticket));
        await AddDeliveryAsync(organization, ofTickets, await AddEventAsync(organization, type: 11));
        await AddDeliveryAsync(organization, ofSurvey, await AddEventAsync(organization, survey: survey), DeliveryStatus.Sending);
        await AddEventAsync(organization);
        await AddReplayAsync(organization, ofTickets, 0, "running", 7);
        var notification = await InsertAsync(
            "INSERT INTO notifications (id, organization_seq, type, webhook_id, reason, title, text, created_at) VALUES (@Id, @Seq, 'x', @Id, 'x', 'x', 'x', 0)",
            new { Id = Guid.CreateVersion7(), organization.Seq });
        await ExecuteAsync("INSERT INTO notification_mails (notification_seq, recipient, next_attempt_at) VALUES (@notification, 'x', 0)", new { notification });
        await AddMailAsync(organization, ticket);
        await AddCallbacksAsync(organization);
        await FillMessagesAsync(organization, ticket, survey);
        await ExecuteAsync("INSERT INTO sla_policies (organization_seq, policy, updated_at) VALUES (@Seq, '{}', 0)", organization);
        await ExecuteAsync("INSERT INTO admins (id, organization_seq, email, created_at) VALUES (@Id, @Seq, 'x', 0)", organization);
        await ExecuteAsync("INSERT INTO api_keys (id, organization_seq, name, hash, created_at) VALUES (@Id, @Seq, 'x', @hash, 0)", new { organization.Id, organization.Seq, hash = organization.Id.ToByteArray() });
    }

    /// <summary>What inbound messages leave beside the ticket's messages.</summary>
    public async Task AddMailAsync(OrganizationRef organization, long ticket)
    {
        var (id, values) = (Guid.CreateVersion7(), new { organization.Seq, ticket });
        await InsertAsync(
            """
            INSERT INTO attachments (id, message_seq, file_name, content_type, size, sha256, inline, blocked, content)
            SELECT @id, min(seq), 'x', 'x', 1, 'x', 0, 0, @some FROM ticket_messages WHERE ticket_seq = @ticket
            """,
            new { id, ticket });
        await ExecuteAsync("INSERT INTO mail_threads (organization_seq, message_id, ticket_seq) VALUES (@Seq, 'x', @ticket)", values);
        await ExecuteAsync("INSERT INTO sender_threads (organization_seq, channel, sender, ticket_seq) VALUES (@Seq, 'sms', 'x', @ticket), (@Seq, 'whatsapp', 'x', @ticket)", values);
        await ExecuteAsync("INSERT INTO inbound_mail (organization_seq, settings, updated_at) VALUES (@Seq, @some, 0)", values);
    }

    public Task<long> AddAccountAsync(OrganizationRef organization) => InsertAsync(
        """
        INSERT INTO provider_accounts (id, organization_seq, provider, name, token_hash, token, credentials, created_at, updated_at)
        VALUES (@id, @Seq, 'twilio', 'x', @hash, @some, @some, 0, 0)
        """,
        new { id = Guid.CreateVersion7(), organization.Seq, hash = Guid.NewGuid().ToByteArray() });

    /// <param name="waits">It is still to be processed.</param>
    public Task<long> AddCallbackAsync(OrganizationRef organization, long account, int days, bool waits = false) => InsertAsync(
        """
        INSERT INTO callbacks (id, organization_seq, account_seq, route, method, url, headers, body, body_bytes, status, next_attempt_at, received_at)
        VALUES (@id, @Seq, @account, 'twilio/sms', 'POST', 'x', '[]', @some, 1, @status, @due, @At)
        """,
        new { id = Guid.CreateVersion7(), organization.Seq, account, status = waits ? 0 : 1, due = waits ? 0 : (long?)null, At = Ago(days) });

    private async Task AddCallbacksAsync(OrganizationRef organization)
    {
        var account = await AddAccountAsync(organization);
        await AddCallbackAsync(organization, account, 0);
        await ExecuteAsync("INSERT INTO callback_guards (account_seq, guard, expires_at) VALUES (@account, @some, 0)", new { account });
        await ExecuteAsync("INSERT INTO callback_events (account_seq, event, created_at) VALUES (@account, @some, 0)", new { account });
    }

    private async Task FillMessagesAsync(OrganizationRef organization, long ticket, long survey)
    {
        var message = await InsertAsync(
            """
            INSERT INTO messages (id, organization_seq, channel, provider, provider_message_id, lookup_id, recipient, ticket_seq, survey_seq, status, created_at, updated_at)
            VALUES (@Id, @Seq, 'sms', 'twilio', 'SM1', 'SM1', '+15550100', @ticket, @survey, 1, 0, 0)
            """,
            new { Id = Guid.CreateVersion7(), organization.Seq, ticket, survey });
        foreach (var of in new long?[] { message, null })
        {
            await ExecuteAsync(
                "INSERT INTO message_statuses (organization_seq, message_seq, provider, status, terminal, received_at, callback_seq) VALUES (@Seq, @of, 'twilio', 4, 0, 0, 1)",
                new { organization.Seq, of });
        }

        foreach (var fact in new[] { "complained", "unsubscribed" })
            await ExecuteAsync("INSERT INTO recipient_facts (organization_seq, channel, address, fact, at) VALUES (@Seq, 'sms', '+15550100', @fact, 0)", new { organization.Seq, fact });
    }

    public Task<long> CountAsync(string rows) => db.Database.ReadAsync(c => c.ExecuteScalar<long>($"SELECT count(*) FROM {rows}"), Token);

    /// <summary>How many rows each table has.</summary>
    public Task<Dictionary<string, long>> CountAllAsync() => db.Database.ReadAsync(
        c => c.Query<string>(c.IsSqlite
            ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'sqlite_sequence'"
            : "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name NOT LIKE 'attempts\\_%'").ToDictionary(t => t, t => c.ExecuteScalar<long>($"SELECT count(*) FROM \"{t}\"")),
        Token);

    public Task HideAsync(string table, long seq) => ExecuteAsync($"UPDATE {table} SET deleted_at = 1 WHERE seq = @seq", new { seq });

    public Task ExecuteAsync(string sql, object? values = null) => db.Database.WriteAsync(s => s.Connection.Execute(sql, With(values)), Token);

    private Task<long> InsertAsync(string sql, object values) => db.Database.WriteAsync(s => s.Connection.ExecuteScalar<long>(sql + " RETURNING seq", With(values)), Token);

    private DateTimeOffset Ago(int days) => db.Clock.GetInstant().AddDays(-days);

    // Bytes that nobody reads are @some.
    private static DynamicParameters With(object? values)
    {
        var parameters = new DynamicParameters(values);
        parameters.Add("some", new byte[1]);
        return parameters;
    }
}
