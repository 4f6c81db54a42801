using Gatepost.Testing;

namespace Gatepost.Tests.Storage;

public sealed class SqliteReadersTests
{
    [Fact]
    public async Task Read_FromAThreadThatWaitsForSockets_RunsOnThePool()
    {
        await using var db = TestDatabase.Create(TestStorage.Sqlite);
        Task<bool>? read = null;
        var caller = new Thread(() => read = db.Database.ReadAsync(_ => Thread.CurrentThread.IsThreadPoolThread, TestContext.Current.CancellationToken));
        caller.Start();
        caller.Join();

        (await read!).ShouldBeTrue();
    }
}
