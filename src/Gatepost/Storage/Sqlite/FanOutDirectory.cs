using System.Data.Common;
using Dapper;
using Gatepost.Events;
using Gatepost.Storage.Sql;

namespace Gatepost.Storage.Sqlite;

/// <summary>
/// Which webhooks an organization's events go to, kept by the writer between transactions. Only the writer's thread
/// touches it, and every write to webhooks goes through that thread: a change calls <see cref="Forget"/> in its transaction.
/// </summary>
internal sealed class FanOutDirectory
{
    private readonly Dictionary<long, Entry[]> byOrganization = [];

    public sealed record Entry
    {
        public long Seq { get; init; }

        public long? SurveySeq { get; init; }

        public long EventMask { get; init; }

        /// <summary>Neither paused nor disabled.</summary>
        public bool IsActive { get; init; }

        public bool Wants(WebhookEvent e) => SurveySeq == e.SurveySeq && (EventMask & (1L << (int)e.Type)) != 0;
    }

    public static FanOutDirectory Of(WriteSession session) => session.Cache(() => new FanOutDirectory());

    public Entry[] Read(DbConnection connection, long organizationSeq)
    {
        if (byOrganization.TryGetValue(organizationSeq, out var entries))
            return entries;
        entries = [.. connection.Query<Entry>(
            """
            SELECT seq, survey_seq, event_mask, (active = 1 AND disabled_at IS NULL) AS is_active
            FROM webhooks WHERE organization_seq = @organizationSeq AND deleted_at IS NULL ORDER BY seq
            """,
            new { organizationSeq })];
        return byOrganization[organizationSeq] = entries;
    }

    public void Forget(long organizationSeq) => byOrganization.Remove(organizationSeq);
}
