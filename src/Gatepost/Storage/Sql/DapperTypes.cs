using System.Data;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Gatepost.Storage.Sql;

/// <summary>
/// How values look in both databases: instants as Unix milliseconds, yes and no as 1 and 0. Ids are uuid in PostgreSQL and 16
/// big-endian bytes in SQLite (UUIDv7 then sorts by time).
/// </summary>
internal static class DapperTypes
{
    private static int registered;

    public static void Register()
    {
        if (Interlocked.Exchange(ref registered, 1) == 1)
            return;
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        Add<Guid>(new GuidHandler());
        Add<DateTimeOffset>(new InstantHandler());
        Add<bool>(new FlagHandler());
        SqlMapper.RemoveTypeMap(typeof(string));
        SqlMapper.AddTypeHandler(typeof(string), new TextHandler());
    }

    private static void Add<T>(SqlMapper.ITypeHandler handler)
        where T : struct
    {
        SqlMapper.RemoveTypeMap(typeof(T));
        SqlMapper.RemoveTypeMap(typeof(T?));
        SqlMapper.AddTypeHandler(typeof(T), handler);
    }

    private sealed class GuidHandler : SqlMapper.ITypeHandler
    {
        public object Parse(Type destinationType, object value) => value is byte[] blob ? new Guid(blob, bigEndian: true) : (Guid)value;

        public void SetValue(IDbDataParameter parameter, object value)
        {
            parameter.DbType = parameter is SqliteParameter ? DbType.Binary : DbType.Guid;
            parameter.Value = value is Guid id && parameter is SqliteParameter ? id.ToByteArray(bigEndian: true) : value;
        }
    }

    private sealed class InstantHandler : SqlMapper.ITypeHandler
    {
        public object Parse(Type destinationType, object value) => Instant.FromMilliseconds((long)value);

        public void SetValue(IDbDataParameter parameter, object value)
        {
            parameter.DbType = DbType.Int64;
            parameter.Value = value is DateTimeOffset instant ? instant.ToUnixTimeMilliseconds() : DBNull.Value;
        }
    }

    private sealed class FlagHandler : SqlMapper.ITypeHandler
    {
        public object Parse(Type destinationType, object value) => value is bool flag ? flag : Convert.ToInt64(value, null) != 0;

        public void SetValue(IDbDataParameter parameter, object value)
        {
            parameter.DbType = DbType.Int32;
            parameter.Value = value is bool flag ? flag ? 1 : 0 : DBNull.Value;
        }
    }

    private sealed class TextHandler : SqlMapper.ITypeHandler
    {
        public object Parse(Type destinationType, object value) => (string)value;

        public void SetValue(IDbDataParameter parameter, object value)
        {
            parameter.DbType = DbType.String;
            parameter.Value = value is string text ? parameter is SqliteParameter ? text : StorableText.Of(text) : DBNull.Value;
        }
    }
}
