using System.Text;
using Microsoft.Data.Sqlite;

namespace Gatepost.Bench.Moving;

/// <summary>A SQLite file after some days: written straight into the tables, as no API could do it in a minute.</summary>
internal sealed class OldFile(string path, Ledger ledger)
{
    private const int Days = 10;
    private const int PendingEvery = 10; // the events whose deliveries wait, half of them claimed by the process that is gone

    private const string InsertEvent = "INSERT INTO events (id, organization_seq, type, timestamp, created_at, payload) VALUES ($0, $1, $2, $3, $3, $4)";

    private const string InsertDelivery =
        """
        INSERT INTO deliveries (id, organization_seq, webhook_seq, event_seq, event_type, status, trigger, attempt_count, run_attempts, next_attempt_at, epoch,
          last_outcome, last_status_code, created_at, completed_at)
        VALUES ($0, $1, $2, $3, $4, $5, 0, $6, $6, $7, $8, $9, $10, $11, $12)
        """;

    private const string InsertAttempt =
        """
        INSERT INTO attempts (delivery_seq, number, trigger, started_at, duration_ms, outcome, url, header_names, signed, status_code, response_headers, response_body)
        VALUES ($0, 1, 0, $1, 12, 0, $2, '[]', 1, 200, '[["Content-Length","2"]]', x'6F6B')
        """;

    /// <summary>One event after the other, each for all webhooks.</summary>
    /// <returns>How many deliveries wait.</returns>
    public long Fill(int events)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(connection, "BEGIN");
        using var insertEvent = Prepare(connection, InsertEvent);
        using var insertDelivery = Prepare(connection, InsertDelivery);
        using var insertAttempt = Prepare(connection, InsertAttempt);
        var (webhooks, pending) = (ReadWebhooks(connection), 0L);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        for (var i = 0; i < events; i++)
        {
            var (at, waits) = (now - ((long)(events - i) * Days * 86_400_000 / events), i % PendingEvery == 0);
            var (id, payload) = NewEvent(waits ? ledger : null);
            var (organization, type) = (webhooks[0].Organization, webhooks[0].Type);
            Run(insertEvent, id.ToByteArray(bigEndian: true), organization, type, at, payload);
            var number = LastNumber(connection);
            foreach (var webhook in webhooks)
            {
                var delivery = Guid.CreateVersion7().ToByteArray(bigEndian: true);
                if (waits)
                {
                    var claimed = pending++ % 2 == 0;
                    Run(insertDelivery, delivery, organization, webhook.Number, number, type, claimed ? 1 : 0, 0, now, claimed ? 1 : null, null, null, at, null);
                    continue;
                }

                Run(insertDelivery, delivery, organization, webhook.Number, number, type, 2, 1, null, null, 0, 200, at, at + 12);
                Run(insertAttempt, LastNumber(connection), at, webhook.Url);
            }
        }

        Execute(connection, "COMMIT");
        return pending;
    }

    private static (Guid Id, byte[] Payload) NewEvent(Ledger? ledger)
    {
        var payload = EventTemplate.Envelope();
        var text = payload.AsSpan(EventId.Find(payload), EventId.Length);
        if (ledger is null)
        {
            var unknown = Guid.CreateVersion7();
            Encoding.ASCII.GetBytes(unknown.ToString()).CopyTo(text);
            return (unknown, payload);
        }

        var number = ledger.Publish(0);
        ledger.Ack(number, 0);
        EventId.Write(text, ledger.Tag, number);
        return (Guid.Parse(Encoding.ASCII.GetString(text)), payload);
    }

    private static List<(long Number, long Organization, int Type, string Url)> ReadWebhooks(SqliteConnection connection)
    {
        using var command = new SqliteCommand("SELECT seq, organization_seq, event_mask, url FROM webhooks ORDER BY seq", connection);
        using var reader = command.ExecuteReader();
        var all = new List<(long, long, int, string)>();
        while (reader.Read())
            all.Add((reader.GetInt64(0), reader.GetInt64(1), (int)long.Log2(reader.GetInt64(2)), reader.GetString(3)));
        return all;
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql)
    {
        var command = new SqliteCommand(sql, connection);
        for (var i = 0; sql.Contains($"${i}", StringComparison.Ordinal); i++)
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        return command;
    }

    private static void Run(SqliteCommand command, params object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        command.ExecuteNonQuery();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static long LastNumber(SqliteConnection connection) => SQLitePCL.raw.sqlite3_last_insert_rowid(connection.Handle!);
}
