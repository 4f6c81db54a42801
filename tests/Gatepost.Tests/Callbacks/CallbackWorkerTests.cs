using System.Reflection;
using Gatepost.Callbacks;
using Gatepost.Deliveries;
using Gatepost.Providers;
using Gatepost.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Tests.Callbacks;

public sealed class CallbackWorkerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Process_ReadableButNotWritable_IsTriedOncePerSecond()
    {
        await using var desk = await InboundDesk.OpenAsync();
        var real = desk.Db.Services.GetRequiredService<ICallbackStore>();
        await AcceptAsync(desk, real);
        var store = ReadOnlyStore.Over(real, out var refusing);
        using var worker = new CallbackWorker(store, null!, new ShardMap(desk.Db.Clock), desk.Db.Clock, NullLogger<CallbackWorker>.Instance);

        await worker.StartAsync(Token);
        await refusing.Tried.WaitAsync(Token);
        for (var i = 0; i < 50; i++)
            await real.PurgeAsync(desk.Db.Clock.GetUtcNow(), 1, Token); // time in which it could have tried again

        refusing.Tries.ShouldBe(1);
        for (var i = 0; i < 1_000 && refusing.Tries == 1; i++)
        {
            desk.Db.Clock.Advance(TimeSpan.FromSeconds(1));
            await real.PurgeAsync(desk.Db.Clock.GetUtcNow(), 1, Token);
        }

        refusing.Tries.ShouldBeGreaterThan(1);
        await worker.StopAsync(Token);
    }

    private static async Task AcceptAsync(InboundDesk desk, ICallbackStore store)
    {
        var request = new CallbackRequest
        {
            Method = "POST",
            Url = "https://example.com/callbacks/t/email-status",
            Route = "email-status",
            Headers = new Dictionary<string, StringValues>(),
            Body = """{"events":[{"messageId":"m1","event":"delivered"}]}"""u8.ToArray(),
        };
        await store.AcceptAsync(await desk.NewAccountAsync("generic"), request, null, Token);
    }

    /// <summary>The real store, on a disk that takes nothing of what processing writes.</summary>
#pragma warning disable CA1852 // DispatchProxy derives from it
    private class ReadOnlyStore : DispatchProxy
#pragma warning restore CA1852
    {
        private ICallbackStore real = null!;
        private int tries;

        public SemaphoreSlim Tried { get; } = new(0);

        public int Tries => Volatile.Read(ref tries);

        public static ICallbackStore Over(ICallbackStore real, out ReadOnlyStore proxy)
        {
            var store = Create<ICallbackStore, ReadOnlyStore>();
            proxy = (ReadOnlyStore)(object)store;
            proxy.real = real;
            return store;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name != nameof(ICallbackStore.ApplyAsync))
                return targetMethod.Invoke(real, args);
            Interlocked.Increment(ref tries);
            Tried.Release();
            return Task.FromException<CallbackStatus>(new StorageUnavailableException("The disk is full."));
        }
    }
}
