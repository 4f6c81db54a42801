using System.Diagnostics;
using System.Threading.Channels;
using Gatepost.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Gatepost.Storage.Sqlite;

/// <summary>
/// The one writer: a thread that commits whatever has queued up in one transaction (group commit, no linger).
/// A write that throws takes only itself down: the group is rolled back and its writes are run again one by one.
/// </summary>
internal sealed partial class SqliteWriter : IDisposable
{
    // A group longer than this only adds latency: the cost per row is flat from about 500 rows on.
    private const int MaxGroup = 1_000;
    private const int ShareOfGroup = 16;
    private const int SmallGroup = 32;
    private static readonly TimeSpan EnqueueTimeout = TimeSpan.FromSeconds(5);

    private readonly Channel<Write> queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(16_384) { SingleReader = true });
    private readonly List<Write> group = new(MaxGroup);
    private readonly SqliteConnections connections;
    private readonly TimeProvider clock;
    private readonly ILogger<SqliteWriter> logger;
    private readonly Thread thread;

    public SqliteWriter(SqliteConnections connections, TimeProvider clock, ILogger<SqliteWriter> logger)
    {
        this.connections = connections;
        this.clock = clock;
        this.logger = logger;
        thread = new Thread(Run) { IsBackground = true, Name = "sqlite-writer" };
        thread.Start();
    }

    /// <summary>Runs the body inside the next group's transaction; completes when that is durable. The body may run more than once.</summary>
    /// <param name="count">How many writes the body stands for.</param>
    /// <exception cref="StorageUnavailableException">The database cannot be written now; nothing was changed.</exception>
    public async Task<T> WriteAsync<T>(Func<SqliteWriteSession, T> body, CancellationToken cancellation, int count = 1)
    {
        var write = new Write<T>(body, count);
        if (!queue.Writer.TryWrite(write))
            await EnqueueSlowlyAsync(write, cancellation).ConfigureAwait(false);
        return await write.Task.ConfigureAwait(false);
    }

    public Task WriteAsync(Action<SqliteWriteSession> body, CancellationToken cancellation) =>
        WriteAsync(session => { body(session); return true; }, cancellation);

    private async Task EnqueueSlowlyAsync(Write write, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = clock.CreateTimer(state => ((CancellationTokenSource)state!).Cancel(), patience, EnqueueTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            await queue.Writer.WriteAsync(write, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new StorageUnavailableException("The database does not keep up with the writes.");
        }
        catch (ChannelClosedException e)
        {
            throw new StorageUnavailableException("The database is closed.", e);
        }
    }

    private void Run()
    {
        SqliteWriteSession? session = null;
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            // Where the processor is short, whoever is about to write gets there first: one commit for more. Where it is not, this is nothing.
            if (queue.Reader.Count < SmallGroup)
                Thread.Yield();
            while (group.Count < MaxGroup && queue.Reader.TryRead(out var write))
                group.Add(write);
            try
            {
                session ??= new SqliteWriteSession(connections.OpenWriter());
                CommitGroup(session);
            }
            catch (Exception e)
            {
                // Opening the file failed, or a rollback did: start over with a new connection.
                Log.Failed(logger, e);
                foreach (var write in group)
                    write.Fail(Translate(e));
                session?.Dispose();
                session = null;
            }

            group.Clear();
        }

        session?.Dispose();
    }

    private void CommitGroup(SqliteWriteSession session)
    {
        var started = Stopwatch.GetTimestamp();
        var failure = TryCommit(session, group);
        if (failure is null)
        {
            StorageMetrics.Committed(group.Sum(w => w.Count), Stopwatch.GetElapsedTime(started));
            SucceedAll();
            return;
        }

        foreach (var write in group)
        {
            failure = group.Count == 1 ? failure : TryCommit(session, [write]);
            if (failure is null)
                ThreadPool.UnsafeQueueUserWorkItem(static w => w.Succeed(), write, preferLocal: false);
            else
                write.Fail(Translate(failure));
        }
    }

    // Whoever waited goes on on the pool, a few one after another: a wake-up for each would cost more than what most of them still do.
    private void SucceedAll()
    {
        foreach (var share in group.Chunk(ShareOfGroup))
            ThreadPool.UnsafeQueueUserWorkItem(static writes => Array.ForEach(writes, w => w.Succeed()), share, preferLocal: false);
    }

    private static Exception? TryCommit(SqliteWriteSession session, List<Write> writes)
    {
        try
        {
            session.Begin();
            foreach (var write in writes)
                write.Execute(session);
            session.Commit();
            return null;
        }
        catch (Exception e)
        {
            session.Rollback();
            return e;
        }
    }

    private Exception Translate(Exception e)
    {
        if (e is not SqliteException { SqliteErrorCode: not 19 } sqlite)
            return e;
        // A failed fsync may have dropped pages for good: only a restart that reads the file again is safe (fsyncgate).
        if (sqlite.SqliteExtendedErrorCode is 1034 or 1290)
        {
            Log.SyncFailed(logger, sqlite);
            Environment.FailFast("The disk refused to sync the database; restarting is the only safe way on.", sqlite);
        }

        return new StorageUnavailableException($"The database refused the write: {sqlite.Message}", sqlite);
    }

    /// <summary>Finishes what is queued, then closes the connection.</summary>
    public void Dispose()
    {
        queue.Writer.TryComplete();
        thread.Join();
    }

    private abstract class Write(int count)
    {
        public int Count => count;

        public abstract void Execute(SqliteWriteSession session);

        public abstract void Succeed();

        public abstract void Fail(Exception e);
    }

    private sealed class Write<T>(Func<SqliteWriteSession, T> body, int count) : Write(count)
    {
        private readonly TaskCompletionSource<T> done = new();
        private T? result;

        public Task<T> Task => done.Task;

        public override void Execute(SqliteWriteSession session) => result = body(session);

        public override void Succeed() => done.TrySetResult(result!);

        // Rare, and on the writer's thread: who waited must not go on there.
        public override void Fail(Exception e) => ThreadPool.UnsafeQueueUserWorkItem(static w => w.Self.done.TrySetException(w.E), (Self: this, E: e), preferLocal: false);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The database connection failed and is opened anew")]
        public static partial void Failed(ILogger logger, Exception e);

        [LoggerMessage(Level = LogLevel.Critical, Message = "The disk refused to sync the database")]
        public static partial void SyncFailed(ILogger logger, Exception e);
    }
}
