using System.Collections.Concurrent;
using System.Data.Common;
using Gatepost.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Gatepost.Server.Hosting;

/// <summary>
/// Lines of JSON. While the database is away, several workers say so every second, each with its exception: of each such message one in
/// half a minute is written, for a long outage must not fill the disk with its own log.
/// </summary>
internal sealed class OutageFormatter(IServiceProvider services, TimeProvider clock) : ConsoleFormatter(OwnName)
{
    public const string OwnName = "gatepost";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string Category, EventId Id), long> writtenAt = new();

    // Not in the constructor: this one is among them.
    private readonly Lazy<ConsoleFormatter> json = new(() => services.GetServices<ConsoleFormatter>().First(f => f.Name == ConsoleFormatterNames.Json));

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        // Errors too may have come of it, but they say what became of something.
        if (logEntry is not { LogLevel: LogLevel.Warning, Exception: StorageUnavailableException or DbException } || IsTime((logEntry.Category, logEntry.EventId)))
            json.Value.Write(logEntry, scopeProvider, textWriter);
    }

    private bool IsTime((string Category, EventId Id) message)
    {
        var now = clock.GetTimestamp();
        if (writtenAt.TryAdd(message, now))
            return true;
        var last = writtenAt[message];
        return clock.GetElapsedTime(last, now) >= Every && writtenAt.TryUpdate(message, now, last);
    }
}
