using System.Data.Common;
using Dapper;
using Gatepost.Notifications;
using Gatepost.Organizations;

namespace Gatepost.Storage.Sql;

internal sealed class NotificationStore(Database database) : INotificationStore
{
    private const string Columns = "seq, id, type, webhook_id, reason, title, text, created_at, read_at";

    public Task<Page<Notification>> ListAsync(OrganizationRef organization, PageRequest page, CancellationToken cancellation) =>
        database.ReadAsync(
            connection =>
            {
                var rows = connection.Query<Row>(
                    $"SELECT {Columns} FROM notifications WHERE organization_seq = @Seq AND seq < @before ORDER BY seq DESC LIMIT @limit",
                    new { organization.Seq, before = page.Before ?? long.MaxValue, limit = page.Limit + 1 }).AsList();
                return Page<Notification>.Of(rows, page.Limit, row => row.Seq, row => row.ToNotification());
            },
            cancellation);

    public Task<Result<Notification>> MarkReadAsync(OrganizationRef organization, Guid id, DateTimeOffset now, CancellationToken cancellation) =>
        database.WriteAsync<Result<Notification>>(
            session =>
            {
                var row = session.Connection.QuerySingleOrDefault<Row>(
                    $"UPDATE notifications SET read_at = COALESCE(read_at, @now) WHERE id = @id AND organization_seq = @Seq RETURNING {Columns}",
                    new { id, organization.Seq, now });
                return row is null ? Problem.NotFound("notification") : row.ToNotification();
            },
            cancellation);

    public Task<IReadOnlyList<DueMail>> ReadDueMailsAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        database.ReadAsync<IReadOnlyList<DueMail>>(
            connection => connection.Query<DueMail>(
                """
                SELECT m.seq, n.id AS notification_id, m.recipient, n.title, n.text, m.attempt_count, n.created_at
                FROM notification_mails m JOIN notifications n ON n.seq = m.notification_seq
                WHERE m.next_attempt_at <= @now ORDER BY m.next_attempt_at, m.seq LIMIT @limit
                """,
                new { now, limit }).AsList(),
            cancellation);

    public Task RemoveMailAsync(long seq, CancellationToken cancellation) =>
        database.WriteAsync(session => session.Connection.Execute("DELETE FROM notification_mails WHERE seq = @seq", new { seq }), cancellation);

    public Task PostponeMailAsync(long seq, DateTimeOffset nextAttemptAt, CancellationToken cancellation) =>
        database.WriteAsync(
            session => session.Connection.Execute(
                "UPDATE notification_mails SET attempt_count = attempt_count + 1, next_attempt_at = @nextAttemptAt WHERE seq = @seq",
                new { seq, nextAttemptAt }),
            cancellation);

    public async Task<int> DropMailsAsync(DateTimeOffset createdBefore, CancellationToken cancellation)
    {
        // The order of the join keeps SQLite from walking all notifications: few mails wait.
        static string Old(DbConnection c) =>
            $"SELECT m.seq FROM notification_mails m {c.OrderedJoin} notifications n ON n.seq = m.notification_seq WHERE n.created_at < @createdBefore";

        // Asked on a reader first: the writer is not to be disturbed every few seconds for nothing.
        if (!await database.ReadAsync(c => c.ExecuteScalar<bool>($"SELECT EXISTS ({Old(c)})", new { createdBefore }), cancellation).ConfigureAwait(false))
            return 0;
        return await database.WriteAsync(
            session => session.Connection.Execute($"DELETE FROM notification_mails WHERE seq IN ({Old(session.Connection)})", new { createdBefore }), cancellation).ConfigureAwait(false);
    }

    private sealed class Row
    {
        public long Seq { get; init; }

        public Guid Id { get; init; }

        public string Type { get; init; } = "";

        public Guid WebhookId { get; init; }

        public string Reason { get; init; } = "";

        public string Title { get; init; } = "";

        public string Text { get; init; } = "";

        public DateTimeOffset CreatedAt { get; init; }

        public DateTimeOffset? ReadAt { get; init; }

        public Notification ToNotification() => new()
        {
            Id = Id,
            Type = Type,
            WebhookId = WebhookId,
            Reason = Reason,
            Title = Title,
            Text = Text,
            CreatedAt = CreatedAt,
            ReadAt = ReadAt,
        };
    }
}
