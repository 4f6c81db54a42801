using System.Runtime.InteropServices;

namespace Gatepost.Storage.Sqlite;

/// <summary>
/// The few calls that every row of the write path makes some thirty times. The driver's wrapper counts references to a handle in
/// each of them, which costs more than the call. Same library, same arguments: https://www.sqlite.org/c3ref/bind_blob.html
/// </summary>
internal static partial class SqliteNative
{
    private const string Library = "e_sqlite3";

    // SQLite copies the bytes before the call returns (SQLITE_TRANSIENT).
    private const nint Transient = -1;

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    [SuppressGCTransition]
    public static partial int BindInt64(nint statement, int index, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null")]
    [SuppressGCTransition]
    public static partial int BindNull(nint statement, int index);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type")]
    [SuppressGCTransition]
    public static partial int ColumnType(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    [SuppressGCTransition]
    public static partial long ColumnInt64(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);

    public static int BindText(nint statement, int index, ReadOnlySpan<byte> utf8) => BindText(statement, index, in First(utf8), utf8.Length, Transient);

    public static int BindBlob(nint statement, int index, ReadOnlySpan<byte> value) => BindBlob(statement, index, in First(value), value.Length, Transient);

    // A null pointer would bind NULL, not a value without bytes.
    private static ref readonly byte First(ReadOnlySpan<byte> bytes) => ref MemoryMarshal.GetReference(bytes.IsEmpty ? "\0"u8 : bytes);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    private static partial int BindText(nint statement, int index, in byte utf8, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    private static partial int BindBlob(nint statement, int index, in byte value, int length, nint destructor);
}
