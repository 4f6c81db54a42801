using System.Data;
using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>What an error of the server or of the way to it means to us.</summary>
internal static class PostgresFailure
{
    /// <summary>The server undid the transaction because of another one: the same again may succeed at once.</summary>
    public static bool IsConflict(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>The server does not write any more: a standby, or a primary that was demoted. Another connection may find another server.</summary>
    public static bool IsReadOnly(Exception e) => e is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };

    /// <summary>Not the fault of what was asked: it may work later. Faults of values (class 22), of the schema (42) and of keys (23) stay what they are.</summary>
    public static bool IsUnavailable(Exception e) => e switch
    {
        PostgresException postgres => postgres.SqlState[..2] is not ("22" or "23" or "42" or "0A" or "21"),
        NpgsqlException or TimeoutException or System.Net.Sockets.SocketException or IOException => true,
        _ => false,
    };

    /// <summary>A connection that its keepalive found broken, after it was opened and before it was used, is no fault of the caller's either.</summary>
    /// <exception cref="NpgsqlException">The connection is not open any more.</exception>
    public static T Use<T>(NpgsqlConnection connection, Func<NpgsqlConnection, T> body)
    {
        try
        {
            return body(connection);
        }
        catch (InvalidOperationException e) when ((connection.FullState & ConnectionState.Open) == 0)
        {
            throw new NpgsqlException("The connection was lost.", e);
        }
    }

    public static StorageUnavailableException Unavailable(Exception e) => new($"The database cannot be used now: {e.Message}", e);
}
