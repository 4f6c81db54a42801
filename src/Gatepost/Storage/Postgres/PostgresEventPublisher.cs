using System.Diagnostics;
using System.Threading.Channels;
using Dapper;
using Gatepost.Events;
using Gatepost.Storage.Sql;
using Gatepost.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gatepost.Storage.Postgres;

/// <summary>
/// Publishes in groups: one thread takes whatever has queued up and commits it together, for one committer is faster than several
/// (docs/architecture.md). A request that fails takes only itself down: then the others are committed one by one.
/// </summary>
internal sealed partial class PostgresEventPublisher : IEventPublisher, IDisposable
{
    private const int MaxGroup = 500;
    private const int MaxTries = 5;
    private const int ShareOfGroup = 16;

    // What a transaction costs before its first row is worth some twenty rows: under load a moment's wait makes fewer of them.
    private const int ManyEvents = 24;
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan EnqueueTimeout = TimeSpan.FromSeconds(5);

    private readonly Channel<Request> queue = Channel.CreateBounded<Request>(new BoundedChannelOptions(16_384) { SingleReader = true });
    private readonly List<Request> group = new(MaxGroup);
    private readonly PostgresConnections connections;
    private readonly PostgresEventWriter writer;
    private readonly TimeProvider clock;
    private readonly ILogger<PostgresEventPublisher> logger;
    private readonly Thread thread;

    public PostgresEventPublisher(PostgresConnections connections, PostgresEventWriter writer, TimeProvider clock, ILogger<PostgresEventPublisher> logger)
    {
        (this.connections, this.writer, this.clock, this.logger) = (connections, writer, clock, logger);
        thread = new Thread(Run) { IsBackground = true, Name = "event-publisher" };
        thread.Start();
    }

    public async Task<PublishedEvent> PublishAsync(WebhookEvent webhookEvent, CancellationToken cancellation) =>
        (await PublishAsync([webhookEvent], cancellation).ConfigureAwait(false))[0];

    public async Task<IReadOnlyList<PublishedEvent>> PublishAsync(IReadOnlyList<WebhookEvent> events, CancellationToken cancellation)
    {
        var request = new Request(events, IdempotencyScope.Current);
        if (!queue.Writer.TryWrite(request))
            await EnqueueSlowlyAsync(request, cancellation).ConfigureAwait(false);
        return await request.Done.Task.ConfigureAwait(false);
    }

    /// <summary>Finishes what is queued.</summary>
    public void Dispose()
    {
        queue.Writer.TryComplete();
        thread.Join();
    }

    private async Task EnqueueSlowlyAsync(Request request, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = clock.CreateTimer(state => ((CancellationTokenSource)state!).Cancel(), patience, EnqueueTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            await queue.Writer.WriteAsync(request, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new StorageUnavailableException("The database does not keep up with the events.");
        }
        catch (ChannelClosedException e)
        {
            throw new StorageUnavailableException("The database is closed.", e);
        }
    }

    private void Run()
    {
        var events = 0;
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            if (events >= ManyEvents && queue.Reader.Count < events)
                Thread.Sleep(Linger);
            events = 0;
            while (events < MaxGroup && queue.Reader.TryRead(out var request))
            {
                group.Add(request);
                events += request.Events.Count;
            }

            CommitGroup(events);
            group.Clear();
        }
    }

    private void CommitGroup(int events)
    {
        var started = Stopwatch.GetTimestamp();
        if (TryCommit(group) is not { } failure)
        {
            StorageMetrics.Committed(events, Stopwatch.GetElapsedTime(started));
            foreach (var share in group.Chunk(ShareOfGroup))
                ThreadPool.UnsafeQueueUserWorkItem(static requests => Array.ForEach(requests, r => r.Succeed()), share, preferLocal: false);
            return;
        }

        // When the database is away it is away for all; otherwise one of them is at fault.
        var isAway = PostgresFailure.IsUnavailable(failure);
        if (isAway)
            Log.Failed(logger, failure);
        foreach (var request in group)
        {
            var own = isAway || group.Count == 1 ? failure : TryCommit([request]);
            ThreadPool.UnsafeQueueUserWorkItem(static r => r.Request.End(r.Failure), (Request: request, Failure: own), preferLocal: false);
        }
    }

    private Exception? TryCommit(List<Request> requests)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                Commit(requests);
                return null;
            }
            catch (Exception e) when (PostgresFailure.IsConflict(e) && tries < MaxTries)
            {
                // Another node published the same ids: once more, on what is there now.
            }
            catch (Exception e)
            {
                if (PostgresFailure.IsReadOnly(e))
                    connections.Clear();
                return e;
            }
        }
    }

    private void Commit(List<Request> requests)
    {
        using var connection = connections.Hot.OpenConnection();
        PostgresFailure.Use(connection, c => Commit(c, requests));
    }

    private bool Commit(NpgsqlConnection connection, List<Request> requests)
    {
        using var transaction = connection.BeginTransaction();
        var session = new PostgresWriteSession(connection);
        try
        {
            var events = requests.Count == 1 ? requests[0].Events : [.. requests.SelectMany(r => r.Events)];
            var made = writer.Append(session, events, isLast: true);
            var next = 0;
            foreach (var request in requests)
            {
                request.Result = [.. request.Events.Select(e => Published(connection, e, made[next++]))];
                if (request.Scope is { } scope)
                    IdempotencyStore.MarkCarriedOut(session, scope);
            }

            session.Commit(transaction);
            return true;
        }
        catch
        {
            session.OnRolledBack();
            throw;
        }
    }

    private static PublishedEvent Published(NpgsqlConnection connection, WebhookEvent e, int? made)
    {
        if (made is { } count)
            return new PublishedEvent(e.Id, count, IsNew: true);
        var before = connection.ExecuteScalar<int>(
            "SELECT count(*) FROM deliveries WHERE event_seq = (SELECT seq FROM events WHERE id = @Id AND organization_seq = @Seq)", new { e.Id, e.Organization.Seq });
        return new PublishedEvent(e.Id, before, IsNew: false);
    }

    private sealed class Request(IReadOnlyList<WebhookEvent> events, IdempotencyClaim? scope)
    {
        public IReadOnlyList<WebhookEvent> Events => events;

        public IdempotencyClaim? Scope => scope;

        public IReadOnlyList<PublishedEvent> Result { get; set; } = [];

        public TaskCompletionSource<IReadOnlyList<PublishedEvent>> Done { get; } = new();

        public void Succeed() => Done.TrySetResult(Result);

        public void End(Exception? failure)
        {
            if (failure is null)
                Succeed();
            else
                Done.TrySetException(PostgresFailure.IsUnavailable(failure) ? PostgresFailure.Unavailable(failure) : failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Events could not be committed; whoever published them is told to try again")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
