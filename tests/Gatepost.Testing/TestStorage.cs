namespace Gatepost.Testing;

/// <summary>Which database a test runs on: a SQLite file, or a database of a PostgreSQL server.</summary>
public enum TestStorage
{
    Sqlite,
    Postgres,
}
