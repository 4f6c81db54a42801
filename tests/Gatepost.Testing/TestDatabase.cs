using Gatepost.Storage;
using Gatepost.Storage.Postgres;
using Gatepost.Storage.Sql;
using Gatepost.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gatepost.Testing;

/// <summary>A migrated database of a test's own, with a clock to turn and a handover that remembers.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private const string Template = "gatepost";
    private readonly string folder;
    private readonly ServiceProvider services;
    private readonly PostgresTestDatabase? postgres;

    private TestDatabase(TestStorage storage, PostgresTestDatabase? postgres, Action<IServiceCollection>? configure)
    {
        this.postgres = postgres;
        folder = Directory.CreateTempSubdirectory("gatepost-").FullName;
        var collection = new ServiceCollection();
        collection.AddOptions<DataOptions>().Configure(o => o.DataDirectory = folder);
        collection.AddSingleton<TimeProvider>(Clock);
        collection.AddSingleton<IDeliveryHandover>(Handover);
        collection.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        configure?.Invoke(collection);
        if (storage == TestStorage.Postgres)
            collection.Configure<StorageOptions>(o => o.ConnectionString = postgres!.ConnectionString).AddPostgresStorage();
        else
            collection.AddSqliteStorage();
        services = collection.BuildServiceProvider();
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2025, 1, 15, 10, 30, 0, TimeSpan.Zero));

    public RecordingHandover Handover { get; } = new();

    public IServiceProvider Services => services;

    public Database Database => services.GetRequiredService<Database>();

    public static TestDatabase Create(TestStorage storage, Action<IServiceCollection>? configure = null)
    {
        if (storage == TestStorage.Postgres)
            return new TestDatabase(storage, CreatePostgresAsync().GetAwaiter().GetResult(), configure);
        var database = new TestDatabase(storage, null, configure);
        database.services.GetRequiredService<SqliteMigrator>().Migrate();
        return database;
    }

    /// <summary>A migrated PostgreSQL database.</summary>
    public static Task<PostgresTestDatabase> CreatePostgresAsync() => PostgresTestDatabases.CreateFromTemplateAsync(Template, async connectionString =>
    {
        await using var connections = new PostgresConnections(Options.Create(new StorageOptions { ConnectionString = connectionString }));
        new PostgresMigrator(connections).Migrate();
    });

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        if (postgres is not null)
            await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
