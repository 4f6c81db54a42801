using System.Data;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Gatepost.Storage.Sqlite;

/// <summary>
/// How values look in the file: ids as 16 big-endian bytes (UUIDv7 then sorts by time), instants as Unix milliseconds.
/// </summary>
internal static class SqliteDapper
{
    private static int registered;

    public static void Register()
    {
        if (Interlocked.Exchange(ref registered, 1) == 1)
            return;
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.RemoveTypeMap(typeof(Guid));
        SqlMapper.RemoveTypeMap(typeof(Guid?));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new GuidHandler());
        SqlMapper.AddTypeHandler(new InstantHandler());
    }

    public static byte[] ToBlob(this Guid id) => id.ToByteArray(bigEndian: true);

    public static Guid ToGuid(this byte[] blob) => new(blob, bigEndian: true);

    // Other databases keep their native types: only SQLite parameters are rewritten.
    private sealed class GuidHandler : SqlMapper.TypeHandler<Guid>
    {
        public override Guid Parse(object value) => value is byte[] blob ? blob.ToGuid() : (Guid)value;

        public override void SetValue(IDbDataParameter parameter, Guid value) =>
            parameter.Value = parameter is SqliteParameter ? value.ToBlob() : value;
    }

    private sealed class InstantHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => value switch
        {
            long milliseconds => Instant.FromMilliseconds(milliseconds),
            DateTime utc => new DateTimeOffset(utc, TimeSpan.Zero),
            _ => (DateTimeOffset)value,
        };

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) =>
            parameter.Value = parameter is SqliteParameter ? value.ToUnixTimeMilliseconds() : value.UtcDateTime;
    }
}
