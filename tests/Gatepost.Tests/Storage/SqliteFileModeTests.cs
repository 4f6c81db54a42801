using Gatepost.Storage.Sqlite;
using Gatepost.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Tests.Storage;

public sealed class SqliteFileModeTests
{
    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    public async Task Create_NewFile_IsTheOwnersAlone(string suffix)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        await using var db = TestDatabase.Create(TestStorage.Sqlite);
        await DisabledWebhookRows.AddOrganizationAsync(db);

        var path = db.Services.GetRequiredService<SqliteConnections>().DatabasePath + suffix;

#pragma warning disable CA1416 // skipped on Windows
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
    }
}
