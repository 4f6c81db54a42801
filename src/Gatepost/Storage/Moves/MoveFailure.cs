using Microsoft.Data.Sqlite;
using Npgsql;

namespace Gatepost.Storage.Moves;

/// <summary>What a failure of one of the two databases means to the person who waits.</summary>
internal static class MoveFailure
{
    private const string Again = "Run the same command again: it goes on where it stopped.";

    public static bool IsExpected(Exception e) => e is NpgsqlException or SqliteException or TimeoutException or IOException or UnauthorizedAccessException;

    public static StorageUnavailableException Explain(Exception e) => new(
        e switch
        {
            PostgresException { SqlState: PostgresErrorCodes.DiskFull } postgres => $"The target's disk is full ({postgres.MessageText}). Make room there. {Again}",
            PostgresException postgres when postgres.SqlState.StartsWith("23", StringComparison.Ordinal) =>
                $"A row does not fit into {postgres.TableName} of the target: {postgres.MessageText}.",
            PostgresException postgres => $"The target ended it: {postgres.MessageText}. {Again}",
            NpgsqlException or TimeoutException => $"The target cannot be reached any more: {(e.InnerException ?? e).Message.TrimEnd('.')}. {Again}",
            SqliteException => $"The file cannot be read: {e.Message}",
            _ => e.Message,
        },
        e);
}
