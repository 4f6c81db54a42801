using System.Globalization;
using Gatepost.Deliveries;
using Gatepost.Storage.Sql;

namespace Gatepost.Storage.Moves;

/// <summary>What is not simply copied: tables that stay behind, and values that are others in the target.</summary>
internal static class MoveRules
{
    /// <summary>The moment at which the move began, in <see cref="ValueOf"/>: the same in every run of it.</summary>
    public const string Now = "$now";

    private static readonly string Interrupted = ((int)AttemptOutcome.Interrupted).ToString(CultureInfo.InvariantCulture);

    // As the epoch stores give back what a process had claimed that is gone; the file itself stays as it is.
    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["deliveries.status"] = "CASE WHEN status <> 1 THEN status WHEN trigger = 3 THEN 3 WHEN cancel_requested = 1 THEN " + Cancellation.Status + " ELSE 0 END",
        ["deliveries.resume_status"] = "CASE WHEN status = 1 AND cancel_requested = 1 THEN NULL ELSE resume_status END",
        ["deliveries.cancel_requested"] = "0",
        ["deliveries.epoch"] = "NULL",
        ["deliveries.handed_over"] = "0",
        ["deliveries.next_attempt_at"] = "CASE WHEN status = 1 AND (trigger = 3 OR cancel_requested = 1) THEN NULL ELSE next_attempt_at END",
        ["deliveries.last_outcome"] = $"CASE WHEN status = 1 AND trigger = 3 THEN {Interrupted} ELSE last_outcome END",
        ["deliveries.completed_at"] = $"CASE WHEN status <> 1 THEN completed_at WHEN trigger = 3 OR cancel_requested = 1 THEN {Now} END",
        ["deliveries.last_attempt_at"] =
            "(SELECT a.started_at FROM attempts a WHERE a.delivery_seq = deliveries.seq AND a.number = deliveries.attempt_count)",
        // The lives on the target are numbered from 1 again: a number of the file could be taken for one that is alive.
        ["idempotency.epoch"] = "0",
    };

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.OrdinalIgnoreCase)
    {
        ["handovers"] = "what they name is given back by the move",
        ["epochs"] = "the lives of processes on the other database",
        ["shards"] = "who leases them is said by the nodes",
        ["master_key_check"] = "the first node on the target says which key it has",
        ["schema_requirements"] = "each database has its own migrations",
        ["schemaversions"] = "each database has its own migrations",
        [MoveJournal.Moves] = "how far this is",
        [MoveJournal.Tables] = "how far this is",
    };

    /// <summary>Tables that are not copied, and why.</summary>
    public static IReadOnlyDictionary<string, string> LeftOut => Reasons;

    /// <returns>SQL, or null for a column that is copied as it is.</returns>
    public static string? ValueOf(string table, string column) => Values.GetValueOrDefault($"{table}.{column}");
}
