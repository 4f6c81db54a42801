using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Gatepost.Callbacks;
using Gatepost.Organizations;

namespace Gatepost.Storage.Sql;

/// <summary>A row of callbacks, with its account, and how it becomes values.</summary>
internal sealed class CallbackRow
{
    private const string Columns =
        """
        c.seq, c.id, c.account_seq, a.id AS account_id, a.provider, c.route, c.method, c.status, c.reason, c.body_bytes, c.attempt_count, c.released,
         c.received_at, c.processed_at, c.organization_seq, o.id AS organization_id
        """;

    // A request may hold tens of thousands of events: what nobody looks at stays in the database.
    private static string Effects(DbConnection connection) => connection.IsSqlite
        ? """
        json_array_length(c.outcome) AS effect_count, iif(json_array_length(c.outcome) <= @effects, c.outcome,
            (SELECT json_group_array(json(value)) FROM (SELECT value FROM json_each(c.outcome) LIMIT @effects))) AS outcome
        """
        : """
        json_array_length(c.outcome::json) AS effect_count, CASE WHEN json_array_length(c.outcome::json) <= @effects THEN c.outcome
            ELSE (SELECT json_agg(value)::text FROM (SELECT value FROM json_array_elements(c.outcome::json) LIMIT @effects) AS first) END AS outcome
        """;

    private const string Raw = "c.url, c.headers, c.body, c.remote_address";

    private const string From =
        """
        FROM callbacks c JOIN provider_accounts a ON a.seq = c.account_seq AND a.deleted_at IS NULL
        JOIN organizations o ON o.seq = c.organization_seq AND o.deleted_at IS NULL
        """;

    public static JsonSerializerOptions Json { get; } = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public long Seq { get; init; }

    public Guid Id { get; init; }

    public long AccountSeq { get; init; }

    public Guid AccountId { get; init; }

    public string Provider { get; init; } = "";

    public string Route { get; init; } = "";

    public string Method { get; init; } = "";

    public string Url { get; init; } = "";

    public string Headers { get; init; } = "[]";

    public byte[]? Body { get; init; }

    public int BodyBytes { get; init; }

    public string? RemoteAddress { get; init; }

    public int Status { get; init; }

    public string? Reason { get; init; }

    public string? Outcome { get; init; }

    public int? EffectCount { get; init; }

    public int AttemptCount { get; init; }

    public bool Released { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }

    public DateTimeOffset? ProcessedAt { get; init; }

    public long OrganizationSeq { get; init; }

    public Guid OrganizationId { get; init; }

    public static Page<Callback> List(DbConnection connection, OrganizationRef organization, CallbackFilter filter, PageRequest page)
    {
        var (newest, order) = connection.NewestOf("c", "organization_seq", "@Seq", "@before");
        var rows = connection.Query<CallbackRow>(
            $"""
            SELECT {Columns}, {Effects(connection)} {From} WHERE {newest}
              AND (@AccountId IS NULL OR a.id = @AccountId) {Having(filter.Status)} AND (@Provider IS NULL OR a.provider = @Provider)
            ORDER BY {order} LIMIT @limit
            """,
            new { organization.Seq, before = page.Before ?? long.MaxValue, filter.AccountId, filter.Provider, limit = page.Limit + 1, effects = Callback.ListedEffects }).AsList();
        return Page<Callback>.Of(rows, page.Limit, r => r.Seq, r => r.ToCallback());
    }

    // As a number in the text, so that the partial index of what was not simply processed is found.
    private static string Having(CallbackStatus? status) => status switch
    {
        null => "",
        CallbackStatus.Processed => "AND c.status = 1",
        var other => $"AND c.status = {(int)other} AND c.status <> 1",
    };

    public static CallbackRow? Find(DbConnection connection, OrganizationRef organization, Guid id) => connection.QueryFirstOrDefault<CallbackRow>(
        $"SELECT {Columns}, {Effects(connection)}, {Raw} {From} WHERE c.id = @id AND c.organization_seq = @Seq", new { id, organization.Seq, effects = Callback.ShownEffects });

    // Their sizes first: what there is no room for is not read.
    public static List<DueCallback> ReadDue(DbConnection connection, DateTimeOffset now, CallbackRoom room, IReadOnlyCollection<long> begun)
    {
        if (room.Count <= 0 || (room.Bytes <= 0 && begun.Count > 0))
            return [];
        // Of the body's length the row's head tells; what stands behind the body would be looked for through all of it.
        var waiting = connection.Query<(long Seq, int Bytes)>(
            $"SELECT c.seq, length(c.body) {From} WHERE c.next_attempt_at <= @now AND c.body IS NOT NULL ORDER BY c.next_attempt_at, c.seq LIMIT @limit",
            new { now, limit = room.Count + begun.Count });
        var (chosen, bytes) = (new List<long>(), 0L);
        foreach (var (seq, size) in waiting.Where(w => !begun.Contains(w.Seq)).Take(room.Count))
        {
            bytes += size;
            if (bytes > room.Bytes && chosen.Count + begun.Count > 0)
                break;
            chosen.Add(seq);
        }

        if (chosen.Count == 0)
            return [];
        // Sorted here: the database would copy the bodies for it.
        var rows = connection.Query<CallbackRow>($"SELECT {Columns}, {Raw} {From} WHERE c.seq {connection.In("@chosen")}", new { chosen = chosen.ToArray() }).ToDictionary(r => r.Seq);
        return [.. chosen.Where(rows.ContainsKey).Select(seq => rows[seq].ToDue())];
    }

    public Callback ToCallback() => new()
    {
        Id = Id,
        AccountId = AccountId,
        Provider = Provider,
        Route = Route,
        Method = Method,
        Status = (CallbackStatus)Status,
        Reason = Reason,
        Effects = Outcome is null ? [] : JsonSerializer.Deserialize<List<CallbackEffect>>(Outcome, Json)!,
        EffectCount = EffectCount ?? 0,
        BodyBytes = BodyBytes,
        AttemptCount = AttemptCount,
        ReceivedAt = ReceivedAt,
        ProcessedAt = ProcessedAt,
    };

    public CallbackDetail ToDetail() => new(ToCallback(), Url, HeaderJson.Read(Headers), Body, RemoteAddress);

    private DueCallback ToDue() => new(
        new CallbackSource(new OrganizationRef(OrganizationSeq, OrganizationId), AccountSeq, Provider, Seq, ReceivedAt, Released),
        ToDetail().ToRequest()!,
        AttemptCount);
}
