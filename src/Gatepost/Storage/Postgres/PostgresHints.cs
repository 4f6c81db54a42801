using System.Globalization;
using Dapper;
using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>What nodes tell one another, at the commit, over LISTEN/NOTIFY: hints that save time. Whoever misses one finds out by looking.</summary>
internal static class PostgresHints
{
    public const string Channel = "gatepost";

    /// <summary>Deliveries of this webhook are due in the database.</summary>
    public const string Due = "due";

    /// <summary>Deliveries were claimed for this epoch.</summary>
    public const string Given = "given";

    /// <summary>The lane of this webhook has no room for what others give.</summary>
    public const string Full = "full";

    /// <summary>These deliveries of this webhook are canceled, unless their attempt has begun.</summary>
    public const string Cancel = "cancel";

    /// <summary>Webhooks of this organization changed.</summary>
    public const string Organization = "organization";

    /// <summary>A callback waits in the inbox.</summary>
    public const string Callback = "callback";

    /// <summary>Shards became free.</summary>
    public const string Shards = "shards";

    public static void Notify(NpgsqlConnection connection, string kind, long value) => Notify(connection, kind, value.ToString(CultureInfo.InvariantCulture));

    public static void Notify(NpgsqlConnection connection, string kind, string words) =>
        connection.Execute("SELECT pg_notify(@Channel, @payload)", new { Channel, payload = $"{kind} {words}" });
}
