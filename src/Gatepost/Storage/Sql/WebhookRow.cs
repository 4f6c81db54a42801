using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Gatepost.Events;
using Gatepost.Organizations;
using Gatepost.Signing;
using Gatepost.Webhooks;

namespace Gatepost.Storage.Sql;

/// <summary>A row of webhooks, with its survey's id, and how it becomes values.</summary>
internal sealed class WebhookRow
{
    // A deleted survey hides its webhooks at once, before they are purged.
    private const string Select =
        """
        SELECT w.*, s.id AS survey_id FROM webhooks w LEFT JOIN surveys s ON s.seq = w.survey_seq
        WHERE w.deleted_at IS NULL AND s.deleted_at IS NULL
        """;

    public long Seq { get; init; }

    public Guid Id { get; init; }

    public long OrganizationSeq { get; init; }

    public long? SurveySeq { get; init; }

    public Guid? SurveyId { get; init; }

    public string Name { get; init; } = "";

    public string Url { get; init; } = "";

    public string Events { get; init; } = "[]";

    public byte[]? Secret { get; init; }

    public string HeaderNames { get; init; } = "[]";

    public byte[]? Headers { get; init; }

    public string? RetryPolicy { get; init; }

    public bool Active { get; init; }

    public string? DisabledReason { get; init; }

    public DateTimeOffset? DisabledAt { get; init; }

    public int ConsecutiveFailures { get; init; }

    public DateTimeOffset? FailingSince { get; init; }

    public DateTimeOffset? LastDeliveryAt { get; init; }

    public long SkippedSince { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public static WebhookRow? Find(DbConnection connection, OrganizationRef organization, WebhookScope scope, Guid id) =>
        connection.QuerySingleOrDefault<WebhookRow>(
            Select + " AND w.id = @id AND w.organization_seq = @Seq AND s.id IS NOT DISTINCT FROM @SurveyId", new { id, organization.Seq, scope.SurveyId });

    public static Page<Webhook> List(DbConnection connection, OrganizationRef organization, long? surveySeq, PageRequest page)
    {
        var rows = connection.Query<WebhookRow>(
            Select + " AND w.organization_seq = @Seq AND w.survey_seq IS NOT DISTINCT FROM @surveySeq AND w.seq < @before ORDER BY w.seq DESC LIMIT @limit",
            new { organization.Seq, surveySeq, before = page.Before ?? long.MaxValue, limit = page.Limit + 1 }).AsList();
        return Page<Webhook>.Of(rows, page.Limit, row => row.Seq, row => row.ToWebhook());
    }

    public static WebhookSettings? FindSettings(DbConnection connection, long seq, WebhookSecrets secrets)
    {
        if (connection.QuerySingleOrDefault<WebhookRow>(Select + " AND w.seq = @seq", new { seq }) is not { } row)
            return null;
        return new WebhookSettings
        {
            Seq = row.Seq,
            Id = row.Id,
            Name = row.Name,
            Organization = connection.QuerySingle<OrganizationRef>("SELECT seq, id FROM organizations WHERE seq = @OrganizationSeq", row),
            IsActive = WebhookStatuses.Derive(row.Active, row.DisabledAt) == WebhookStatus.Active,
            Target = row.TryOpenTarget(secrets),
            RetryPolicy = row.ReadRetryPolicy(),
        };
    }

    public Webhook ToWebhook() => new()
    {
        Id = Id,
        SurveyId = SurveyId,
        Name = Name,
        Url = Url,
        Events = ReadEvents(),
        HasSecret = Secret is not null,
        HeaderNames = JsonSerializer.Deserialize<List<string>>(HeaderNames)!,
        Active = Active,
        RetryPolicy = ReadRetryPolicy(),
        DisabledReason = DisabledReason,
        DisabledAt = DisabledAt,
        ConsecutiveFailures = ConsecutiveFailures,
        FailingSince = FailingSince,
        LastDeliveryAt = LastDeliveryAt,
        SkippedSince = SkippedSince,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
    };

    public static string WriteEvents(IEnumerable<EventType> events) => WriteList(events.Select(e => e.Name()));

    public static string WriteList<T>(IEnumerable<T> items) => JsonSerializer.Serialize(items);

    public List<int>? ReadRetryPolicy() => RetryPolicy is null ? null : JsonSerializer.Deserialize<List<int>>(RetryPolicy);

    private DeliveryTarget? TryOpenTarget(WebhookSecrets secrets)
    {
        try
        {
            return new DeliveryTarget(Id, new Uri(Url), secrets.OpenSecret(Id, Secret) is { } secret ? new WebhookSigner(secret) : null, secrets.OpenHeaders(Id, Headers));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private List<EventType> ReadEvents() =>
        [.. JsonSerializer.Deserialize<List<string>>(Events)!.Select(n => EventTypes.TryParse(n, out var type) ? type : default).Where(t => t != default)];
}
