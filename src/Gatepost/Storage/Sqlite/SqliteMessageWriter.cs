using Gatepost.Callbacks;
using Gatepost.Providers;

namespace Gatepost.Storage.Sqlite;

internal sealed class SqliteMessageWriter
{
#pragma warning disable CA1822
    public CallbackEffect Apply(SqliteWriteSession session, CallbackSource source, CallbackEvent e) => new("ignored");
}
