using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Gatepost.Callbacks;
using Gatepost.Organizations;
using Gatepost.Providers;
using Gatepost.Providers.Mail;

namespace Gatepost.Storage.Sql;

internal sealed class CallbackStore(Database database, CallbackEffects effects, IInboundMailStore mail, TimeProvider clock) : ICallbackStore
{
    private const int RefusedBody = 4_096;

    /// <summary>Events of one transaction: some 20 ms in which nothing else is written.</summary>
    private const int Slice = 250;

    private static readonly TimeSpan RememberEvents = TimeSpan.FromDays(90);

    private const string Insert =
        """
        INSERT INTO callbacks (id, organization_seq, account_seq, route, method, url, headers, body, body_bytes, remote_address, status, reason, next_attempt_at, received_at)
        VALUES ($id, $organization, $account, $route, $method, $url, $headers, $body, $bytes, $remote, $status, $reason, $due, $now)
        """;

    public Task<CallbackSource?> AcceptAsync(CallbackAccount account, CallbackRequest request, ReplayGuard? guard, CancellationToken cancellation)
    {
        var now = clock.GetInstant();
        // All that can be is done before the write: there, everybody waits for it.
        var kept = StoredRequest.Of(request, account.Credentials!.Credentials);
        var (headers, hash) = (HeadersOf(kept), guard is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(guard.Key)));
        return database.WriteAsync(
            session =>
            {
                if (guard is not null && !Guard(session, account, hash, now + guard.Keep))
                    return null;
                var seq = Store(session, account, kept, headers, request.Body.Span, CallbackStatus.Received, null, now, now);
                return new CallbackSource(account.Organization, account.Seq, account.Provider, seq, now, Released: false);
            },
            cancellation);
    }

    public Task RefuseAsync(CallbackAccount account, CallbackRequest request, string reason, CancellationToken cancellation)
    {
        var kept = StoredRequest.Of(request, account.Credentials!.Credentials);
        var (headers, body) = (HeadersOf(kept), request.Body.Length > RefusedBody ? request.Body[..RefusedBody] : request.Body);
        return database.WriteAsync(
            session => { Store(session, account, kept, headers, body.Span, CallbackStatus.Refused, reason, null, clock.GetInstant()); }, cancellation);
    }

    public Task<Page<Callback>> ListAsync(OrganizationRef organization, CallbackFilter filter, PageRequest page, CancellationToken cancellation) =>
        database.ReadAsync(connection => CallbackRow.List(connection, organization, filter, page), cancellation);

    public Task<CallbackDetail?> FindAsync(OrganizationRef organization, Guid id, CancellationToken cancellation) =>
        database.ReadAsync(connection => CallbackRow.Find(connection, organization, id)?.ToDetail(), cancellation);

    public Task<Result<Callback>> ReprocessAsync(OrganizationRef organization, Guid id, bool release, CancellationToken cancellation) =>
        database.WriteAsync<Result<Callback>>(
            organization,
            session =>
            {
                if (CallbackRow.Find(session.Connection, organization, id) is not { } row)
                    return Problem.NotFound("callback");
                if (row.Status == (int)CallbackStatus.Refused)
                    return Problem.Conflict("callback_refused", "This request was not the provider's; it is never processed.");
                if (row.Body is null)
                    return Problem.Conflict("payload_expired", "The request was erased by retention.");
                if (release && row.Status != (int)CallbackStatus.Quarantined)
                    return Problem.Conflict("not_quarantined", "Only a quarantined callback can be released.");
                session.Connection.Execute(
                    "UPDATE callbacks SET status = 0, reason = NULL, attempt_count = 0, next_attempt_at = @now, released = CASE WHEN @release = 1 THEN 1 ELSE released END WHERE seq = @Seq",
                    new { row.Seq, release, now = clock.GetInstant() });
                return CallbackRow.Find(session.Connection, organization, id)!.ToCallback();
            },
            cancellation);

    public Task<IReadOnlyList<DueCallback>> ReadDueAsync(
        DateTimeOffset now, CallbackRoom room, IReadOnlyCollection<long> begun, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyList<DueCallback>>(connection => CallbackRow.ReadDue(connection, now, room, begun), cancellation);

    public async Task<CallbackStatus> ApplyAsync(CallbackSource source, IReadOnlyList<CallbackEvent> events, CancellationToken cancellation)
    {
        var now = clock.GetInstant();
        var settings = events.Any(e => e.Mail is not null) ? await mail.FindAsync(source.Organization, cancellation).ConfigureAwait(false) : null;
        var readings = events.Select(e => e.Mail is { } sent ? InboundMailSettings.Read(sent, settings, source.ReceivedAt) : null).ToList();
        var sliced = events.Count > Slice && !events.Any(e => e.Kind == CallbackEventKind.Inbound)
            ? await ApplySlicesAsync(source, events, readings, now, cancellation).ConfigureAwait(false) : null;
        return await database.WriteAsync(
            source.Organization,
            session =>
            {
                var made = sliced ?? effects.Apply(session, source, events, readings, now);
                var status = made.Any(e => e.Kind == "quarantined") ? CallbackStatus.Quarantined : CallbackStatus.Processed;
                session.Prepare("UPDATE callbacks SET status = $status, reason = NULL, outcome = $outcome, next_attempt_at = NULL, processed_at = $now WHERE seq = $seq")
                    .Bind((long)status).BindText(JsonSerializer.SerializeToUtf8Bytes(made, CallbackRow.Json)).Bind(now).Bind(source.CallbackSeq).Run();
                return status;
            },
            cancellation).ConfigureAwait(false);
    }

    public Task PostponeAsync(CallbackSource source, CallbackStatus status, string reason, DateTimeOffset? retryAt, CancellationToken cancellation) =>
        database.WriteAsync(
            session => session.Connection.Execute(
                "UPDATE callbacks SET status = @status, reason = @reason, attempt_count = attempt_count + 1, next_attempt_at = @retryAt WHERE seq = @CallbackSeq",
                new { status = (int)status, reason, retryAt, source.CallbackSeq }),
            cancellation);

    public Task<int> PurgeAsync(DateTimeOffset now, int limit, CancellationToken cancellation) => database.WriteAsync(
        session =>
            session.Connection.Execute(
                "DELETE FROM callback_guards WHERE (account_seq, guard) IN (SELECT account_seq, guard FROM callback_guards WHERE expires_at < @now LIMIT @limit)", new { now, limit })
            + session.Connection.Execute(
                "DELETE FROM callback_events WHERE (account_seq, event) IN (SELECT account_seq, event FROM callback_events WHERE created_at < @before LIMIT @limit)",
                new { before = now - RememberEvents, limit })
            + session.Connection.Execute(
                "DELETE FROM message_statuses WHERE seq IN (SELECT seq FROM message_statuses WHERE message_seq IS NULL AND received_at < @before LIMIT @limit)",
                new { before = now - RememberEvents, limit }),
        cancellation);

    /// <summary>
    /// Statuses are applied once each, whatever becomes of the rest: a huge batch lets other writes come between. What customers
    /// sent is not cut up, because what is held in quarantine must be known with the whole.
    /// </summary>
    private async Task<IReadOnlyList<CallbackEffect>> ApplySlicesAsync(
        CallbackSource source, IReadOnlyList<CallbackEvent> events, IReadOnlyList<MailReading?> readings, DateTimeOffset now, CancellationToken cancellation)
    {
        var before = await database.WriteAsync(session => CallbackEffects.Before(session, source), cancellation).ConfigureAwait(false);
        var made = new List<CallbackEffect>(events.Count);
        while (made.Count < events.Count)
        {
            var slice = (made.Count, Math.Min(Slice, events.Count - made.Count));
            made.AddRange(await database.WriteAsync(source.Organization, session => effects.Apply(session, source, events, readings, before, slice, now), cancellation).ConfigureAwait(false));
        }

        return made;
    }

    private static byte[] HeadersOf(CallbackRequest request)
    {
        var headers = new List<KeyValuePair<string, string>>(request.Headers.Count);
        foreach (var (name, values) in request.Headers)
        {
            foreach (var value in values)
                headers.Add(new(name, value ?? ""));
        }

        return HeaderJson.Write(headers).ToArray();
    }

    private static bool Guard(WriteSession session, CallbackAccount account, byte[]? hash, DateTimeOffset expires) => session
        .Prepare("INSERT INTO callback_guards (account_seq, guard, expires_at) VALUES ($account, $guard, $expires) ON CONFLICT DO NOTHING")
        .Bind(account.Seq).BindBlob(hash).Bind(expires).Run() > 0;

    private static long Store(
        WriteSession session, CallbackAccount account, CallbackRequest request, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> body, CallbackStatus status, string? reason,
        DateTimeOffset? dueAt, DateTimeOffset now) => session.Prepare(Insert)
        .Bind(SortableId.New(now)).Bind(account.Organization.Seq).Bind(account.Seq).BindText(request.Route).BindText(request.Method).BindText(request.Url)
        .BindText(headers).BindBlob(body).Bind(request.Body.Length).BindText(request.RemoteAddress?.ToString()).Bind((long)status).BindText(reason).Bind(dueAt).Bind(now)
        .RunForKey()!.Value;
}
