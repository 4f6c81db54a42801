using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Gatepost.Tickets;

namespace Gatepost.Storage.Sql;

/// <summary>Rows of sla_clocks and sla_policies, and how they become values and back.</summary>
internal static class SlaClocks
{
    private static readonly JsonSerializerOptions StateJson = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static SlaPolicy? FindPolicy(DbConnection connection, long organizationSeq) =>
        connection.ExecuteScalar<string?>("SELECT policy FROM sla_policies WHERE organization_seq = @organizationSeq", new { organizationSeq }) is { } json
            ? JsonSerializer.Deserialize<SlaPolicyInput>(json, TicketJson.Relaxed)!.ToPolicy()
            : null;

    public static string Write(SlaPolicy policy) => JsonSerializer.Serialize(SlaPolicyInput.Of(policy), TicketJson.Relaxed);

    public static SlaClock Read(string state) => JsonSerializer.Deserialize<SlaClock>(state, StateJson)!;

    public static IReadOnlyList<SlaClock> ReadAll(DbConnection connection, long ticketSeq) =>
        [.. connection.Query<string>("SELECT state FROM sla_clocks WHERE ticket_seq = @ticketSeq ORDER BY target", new { ticketSeq }).Select(Read)];

    public static void Save(DbConnection connection, long ticketSeq, SlaClock clock) => connection.Execute(
        """
        INSERT INTO sla_clocks (ticket_seq, target, state, next_at) VALUES (@ticketSeq, @Target, @State, @NextAt)
        ON CONFLICT (ticket_seq, target) DO UPDATE SET state = excluded.state, next_at = excluded.next_at
        """,
        new { ticketSeq, Target = clock.Target.Name(), State = JsonSerializer.Serialize(clock, StateJson), clock.NextAt });

    public static void Remove(DbConnection connection, long ticketSeq) =>
        connection.Execute("DELETE FROM sla_clocks WHERE ticket_seq = @ticketSeq", new { ticketSeq });
}
