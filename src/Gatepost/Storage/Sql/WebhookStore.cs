using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Gatepost.Organizations;
using Gatepost.Webhooks;

namespace Gatepost.Storage.Sql;

internal sealed class WebhookStore(Database database, WebhookSecrets secrets, IDeliveryHandover handover) : IWebhookStore
{
    // Skipped in the pausing transaction; a worker goes on with a longer queue.
    private const int SkipAtOnce = 1_000;

    public Task<Result<Webhook>> CreateAsync(
        OrganizationRef organization, WebhookScope scope, WebhookChange webhook, int limit, CancellationToken cancellation) =>
        database.WriteAsync(organization, session => Create(session, organization, scope, webhook, limit), cancellation);

    public Task<Result<Webhook>> FindAsync(OrganizationRef organization, WebhookScope scope, Guid id, CancellationToken cancellation) =>
        database.ReadAsync<Result<Webhook>>(
            connection => WebhookRow.Find(connection, organization, scope, id) is { } row ? row.ToWebhook() : Problem.NotFound(scope.Noun),
            cancellation);

    public Task<Result<Page<Webhook>>> ListAsync(
        OrganizationRef organization, WebhookScope scope, PageRequest page, CancellationToken cancellation) =>
        database.ReadAsync<Result<Page<Webhook>>>(
            connection => FindScope(connection, organization, scope) is { } found
                ? WebhookRow.List(connection, organization, found.SurveySeq, page)
                : Problem.NotFound("survey"),
            cancellation);

    public Task<Result<Webhook>> ChangeAsync(
        OrganizationRef organization, WebhookScope scope, Guid id, Func<StoredWebhook, Result<WebhookChange>> decide, CancellationToken cancellation) =>
        database.WriteAsync<Result<Webhook>>(
            organization,
            session =>
            {
                session.Lock("webhooks", id);
                if (WebhookRow.Find(session.Connection, organization, scope, id) is not { } row)
                    return Problem.NotFound(scope.Noun);
                var decision = decide(new StoredWebhook(row.ToWebhook(), () => TryOpenHeaders(row)));
                if (!decision.IsOk)
                    return decision.Problem;
                Update(session, organization, row, decision.Value);
                return WebhookRow.Find(session.Connection, organization, scope, id)!.ToWebhook();
            },
            cancellation);

    public Task<Result<Guid>> DeleteAsync(
        OrganizationRef organization, WebhookScope scope, Guid id, DateTimeOffset now, CancellationToken cancellation) =>
        database.WriteAsync<Result<Guid>>(
            organization,
            session =>
            {
                session.Lock("webhooks", id);
                if (WebhookRow.Find(session.Connection, organization, scope, id) is not { } row)
                    return Problem.NotFound(scope.Noun);
                session.Connection.Execute("UPDATE webhooks SET deleted_at = @now WHERE seq = @Seq", new { row.Seq, now });
                Tell(session, organization, row.Seq);
                return id;
            },
            cancellation);

    public Task<WebhookSettings?> FindSettingsAsync(long webhookSeq, CancellationToken cancellation) =>
        database.ReadAsync(connection => WebhookRow.FindSettings(connection, webhookSeq, secrets), cancellation);

    public string Owners => "webhooks";

    public Task<ResealedBatch> ResealAsync(long afterSeq, int limit, CancellationToken cancellation) =>
        database.WriteAsync(session => Reseal(session, afterSeq, limit), cancellation);

    private Result<Webhook> Create(WriteSession session, OrganizationRef organization, WebhookScope scope, WebhookChange webhook, int limit)
    {
        if (FindScope(session.Connection, organization, scope) is not { } found)
            return Problem.NotFound("survey");
        var count = session.Connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM webhooks WHERE organization_seq = @Seq AND survey_seq IS NOT DISTINCT FROM @SurveySeq AND deleted_at IS NULL",
            new { organization.Seq, found.SurveySeq });
        if (count >= limit)
            return WebhookLimits.Reached(scope, limit);
        var after = webhook.After;
        var seq = session.Connection.ExecuteScalar<long>(
            """
            INSERT INTO webhooks (id, organization_seq, survey_seq, name, url, event_mask, events, secret, header_names, headers, retry_policy, active, created_at, updated_at)
            VALUES (@Id, @OrganizationSeq, @SurveySeq, @Name, @Url, @EventMask, @Events, @Secret, @HeaderNames, @Headers, @RetryPolicy, @Active, @CreatedAt, @UpdatedAt)
            RETURNING seq
            """,
            Parameters(organization, after, found.SurveySeq, secrets.SealSecret(after.Id, webhook.Secret.Value), secrets.SealHeaders(after.Id, webhook.Headers ?? [])));
        Tell(session, organization, seq);
        return after;
    }

    private void Update(WriteSession session, OrganizationRef organization, WebhookRow row, WebhookChange change)
    {
        var secret = change.Secret.IsGiven ? secrets.SealSecret(row.Id, change.Secret.Value) : row.Secret;
        var headers = change.Headers is null ? row.Headers : secrets.SealHeaders(row.Id, change.Headers);
        session.Connection.Execute(
            """
            UPDATE webhooks SET name = @Name, url = @Url, event_mask = @EventMask, events = @Events, secret = @Secret, header_names = @HeaderNames,
              headers = @Headers, retry_policy = @RetryPolicy, active = @Active, disabled_reason = @DisabledReason, disabled_at = @DisabledAt,
              consecutive_failures = @ConsecutiveFailures, failing_since = @FailingSince, skipped_since = @SkippedSince, updated_at = @UpdatedAt
            WHERE id = @Id
            """,
            Parameters(organization, change.After, row.SurveySeq, secret, headers));
        if (change.After.Status != WebhookStatus.Active)
            PendingDeliveries.Skip(session, row.Seq, change.After.UpdatedAt, SkipAtOnce);
        Tell(session, organization, row.Seq);
    }

    private static object Parameters(OrganizationRef organization, Webhook webhook, long? surveySeq, byte[]? secret, byte[]? headers) => new
    {
        webhook.Id,
        OrganizationSeq = organization.Seq,
        SurveySeq = surveySeq,
        webhook.Name,
        webhook.Url,
        EventMask = webhook.Events.Aggregate(0L, (mask, type) => mask | (1L << (int)type)),
        Events = WebhookRow.WriteEvents(webhook.Events),
        Secret = secret,
        HeaderNames = WebhookRow.WriteList(webhook.HeaderNames),
        Headers = headers,
        RetryPolicy = webhook.RetryPolicy is { } delays ? WebhookRow.WriteList(delays) : null,
        webhook.Active,
        webhook.DisabledReason,
        webhook.DisabledAt,
        webhook.ConsecutiveFailures,
        webhook.FailingSince,
        webhook.SkippedSince,
        webhook.CreatedAt,
        webhook.UpdatedAt,
    };

    private void Tell(WriteSession session, OrganizationRef organization, long webhookSeq)
    {
        session.FanOutChanged(organization.Seq);
        session.AfterCommit(() => handover.WebhookChanged(webhookSeq));
    }

    private IReadOnlyList<KeyValuePair<string, string>>? TryOpenHeaders(WebhookRow row)
    {
        try
        {
            return secrets.OpenHeaders(row.Id, row.Headers);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private ResealedBatch Reseal(WriteSession session, long afterSeq, int limit)
    {
        var batch = session.Connection.Query<SealedWebhook>(
            """
            SELECT seq, id, secret, headers FROM webhooks
            WHERE seq > @afterSeq AND (secret IS NOT NULL OR headers IS NOT NULL) ORDER BY seq LIMIT @limit
            """,
            new { afterSeq, limit }).AsList();
        int resealed = 0, unreadable = 0;
        foreach (var webhook in batch)
        {
            try
            {
                if (secrets.Renew(webhook) is { } renewed)
                    resealed += session.Connection.Execute("UPDATE webhooks SET secret = @Secret, headers = @Headers WHERE seq = @Seq", renewed);
            }
            catch (CryptographicException)
            {
                unreadable++;
            }
        }

        return new ResealedBatch(batch.Count < limit ? null : batch[^1].Seq, resealed, unreadable);
    }

    private static Scope? FindScope(DbConnection connection, OrganizationRef organization, WebhookScope scope)
    {
        if (scope.SurveyId is not { } surveyId)
            return new Scope(null);
        var seq = connection.ExecuteScalar<long?>(
            "SELECT seq FROM surveys WHERE id = @surveyId AND organization_seq = @Seq AND deleted_at IS NULL", new { surveyId, organization.Seq });
        return seq is null ? null : new Scope(seq);
    }

    /// <param name="SurveySeq">Null for ticket scope.</param>
    private sealed record Scope(long? SurveySeq);
}
