using System.Text.Json.Serialization;
using Gatepost.Deliveries;
using Gatepost.Events;
using Gatepost.Webhooks;

namespace Gatepost.Server.Api;

/// <summary>A webhook as the API shows it: never the secret, never a header's value.</summary>
internal sealed record WebhookView
{
    public required Guid Id { get; init; }

    /// <summary>Only of survey webhooks.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? SurveyId { get; init; }

    public required string Name { get; init; }

    public required string Url { get; init; }

    /// <summary>Only of ticket webhooks.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Events { get; init; }

    public required bool HasSecret { get; init; }

    /// <summary>The names; every value is null.</summary>
    public required IReadOnlyDictionary<string, string?> Headers { get; init; }

    /// <summary>What a client wrote. It stays true when the system disables the webhook: status says whether it gets deliveries.</summary>
    public required bool Active { get; init; }

    /// <summary>active, paused (by a user: active is false) or disabled (by the system: active may still be true). Only an active one gets deliveries.</summary>
    public required string Status { get; init; }

    /// <summary>Seconds between attempts: its own, or the instance's default.</summary>
    public required IReadOnlyList<int> RetryPolicy { get; init; }

    /// <summary>Null unless status is disabled.</summary>
    public string? DisabledReason { get; init; }

    public DateTimeOffset? DisabledAt { get; init; }

    public required int ConsecutiveFailures { get; init; }

    public DateTimeOffset? LastDeliveryAt { get; init; }

    /// <summary>Deliveries skipped since it stopped being active.</summary>
    public required long SkippedSince { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Of the save that this answers: accepted, but to be looked at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Warnings { get; init; }

    public static WebhookView Of(Webhook webhook, DeliveriesOptions defaults, string? warning = null) => new()
    {
        Id = webhook.Id,
        SurveyId = webhook.SurveyId,
        Name = webhook.Name,
        Url = webhook.Url,
        Events = webhook.SurveyId is null ? [.. webhook.Events.Select(e => e.Name())] : null,
        HasSecret = webhook.HasSecret,
        Headers = webhook.HeaderNames.ToDictionary(name => name, string? (_) => null, StringComparer.OrdinalIgnoreCase),
        Active = webhook.Active,
        Status = webhook.Status.Name(),
        RetryPolicy = webhook.RetryPolicy ?? defaults.EffectiveRetryPolicy,
        DisabledReason = webhook.DisabledReason,
        DisabledAt = webhook.DisabledAt,
        ConsecutiveFailures = webhook.ConsecutiveFailures,
        LastDeliveryAt = webhook.LastDeliveryAt,
        SkippedSince = webhook.SkippedSince,
        CreatedAt = webhook.CreatedAt,
        UpdatedAt = webhook.UpdatedAt,
        Warnings = warning is null ? null : [warning],
    };
}
