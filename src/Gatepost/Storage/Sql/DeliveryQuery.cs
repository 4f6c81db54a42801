using System.Data.Common;
using Dapper;
using Gatepost.Deliveries;
using Gatepost.Organizations;

namespace Gatepost.Storage.Sql;

/// <summary>Turns a filter into one SELECT that walks the index of its narrowest member, newest first.</summary>
internal static class DeliveryQuery
{
    public static string ToSql(DbConnection connection, DeliveryFilter filter, PageRequest page)
    {
        var (newest, order) = filter.WebhookId is null
            ? connection.NewestOf("d", "organization_seq", "@organization", "@before")
            : connection.NewestOf("d", "webhook_seq", "(SELECT seq FROM webhooks WHERE id = @webhook)", "@before");
        var where = new List<string> { newest };
        if (filter.WebhookId is not null)
            where.Add("d.organization_seq = @organization");
        if (filter.EventId is not null)
            where.Add("d.event_seq = (SELECT seq FROM events WHERE id = @event AND organization_seq = @organization)");
        if (filter.EventTypes is not null)
            where.Add($"d.event_type {connection.In("@types")}");
        if (filter.Status is { } status)
            where.Add(Status(connection, status));
        if (filter.ResponseStatus is not null)
            where.Add("d.last_status_code BETWEEN @statusFrom AND @statusTo");
        if (filter.Since is not null)
            where.Add("d.created_at >= @since");
        if (filter.Until is not null)
            where.Add("d.created_at < @until");
        return $"SELECT {DeliveryRow.Columns} {DeliveryRow.From(connection)} WHERE {string.Join(" AND ", where)} ORDER BY {order} LIMIT @limit";
    }

    public static DynamicParameters ToParameters(OrganizationRef organization, DeliveryFilter filter, PageRequest page)
    {
        var parameters = new DynamicParameters();
        parameters.Add("organization", organization.Seq);
        parameters.Add("webhook", filter.WebhookId);
        parameters.Add("event", filter.EventId);
        if (filter.EventTypes is { } types)
            parameters.Add("types", types.Select(t => (long)t).ToArray());
        parameters.Add("statusFrom", filter.ResponseStatus?.From);
        parameters.Add("statusTo", filter.ResponseStatus?.To);
        parameters.Add("since", filter.Since);
        parameters.Add("until", filter.Until);
        parameters.Add("before", page.Before ?? long.MaxValue);
        parameters.Add("limit", page.Limit + 1);
        return parameters;
    }

    private static string Status(DbConnection connection, DeliveryStatus status) => status is DeliveryStatus.Sending or DeliveryStatus.Succeeded
        ? $"d.status = {(int)status}"
        : connection.IsTroubled("d", (int)status);
}
