using Gatepost.Storage;
using Gatepost.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gatepost.Testing;

/// <summary>A migrated SQLite file in a folder of its own, with a clock to turn and a handover that remembers.</summary>
internal sealed class SqliteTestDatabase : IAsyncDisposable
{
    private readonly string folder;
    private readonly ServiceProvider services;

    private SqliteTestDatabase(Action<IServiceCollection>? configure)
    {
        folder = Directory.CreateTempSubdirectory("gatepost-").FullName;
        var collection = new ServiceCollection();
        collection.AddOptions<DataOptions>().Configure(o => o.DataDirectory = folder);
        collection.AddSingleton<TimeProvider>(Clock);
        collection.AddSingleton<IDeliveryHandover>(Handover);
        collection.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        configure?.Invoke(collection);
        collection.AddSqliteStorage();
        services = collection.BuildServiceProvider();
        services.GetRequiredService<SqliteMigrator>().Migrate();
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2025, 1, 15, 10, 30, 0, TimeSpan.Zero));

    public RecordingHandover Handover { get; } = new();

    public IServiceProvider Services => services;

    public SqliteDatabase Database => services.GetRequiredService<SqliteDatabase>();

    public static SqliteTestDatabase Create(Action<IServiceCollection>? configure = null) => new(configure);

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
