using Gatepost.Testing;

namespace Gatepost.Tests.Storage;

// Every suite of the stores, once on each database.

public sealed class SqliteCallbackStoreTests() : CallbackStoreTests(TestStorage.Sqlite);

public sealed class PostgresCallbackStoreTests() : CallbackStoreTests(TestStorage.Postgres);

public sealed class SqliteMessageStoreTests() : MessageStoreTests(TestStorage.Sqlite);

public sealed class PostgresMessageStoreTests() : MessageStoreTests(TestStorage.Postgres);

public sealed class SqliteNotificationStoreTests() : NotificationStoreTests(TestStorage.Sqlite);

public sealed class PostgresNotificationStoreTests() : NotificationStoreTests(TestStorage.Postgres);

public sealed class SqliteOldestDueTests() : OldestDueTests(TestStorage.Sqlite);

public sealed class PostgresOldestDueTests() : OldestDueTests(TestStorage.Postgres);

public sealed class SqlitePurgeTests() : PurgeTests(TestStorage.Sqlite);

public sealed class PostgresPurgeTests() : PurgeTests(TestStorage.Postgres);

public sealed class SqliteRetentionStoreTests() : RetentionStoreTests(TestStorage.Sqlite);

public sealed class PostgresRetentionStoreTests() : RetentionStoreTests(TestStorage.Postgres);

public sealed class SqliteSurveyStoreTests() : SurveyStoreTests(TestStorage.Sqlite);

public sealed class PostgresSurveyStoreTests() : SurveyStoreTests(TestStorage.Postgres);

public sealed class SqliteTicketStoreTests() : TicketStoreTests(TestStorage.Sqlite);

public sealed class PostgresTicketStoreTests() : TicketStoreTests(TestStorage.Postgres);

public sealed class SqliteWebhookHealthTests() : WebhookHealthTests(TestStorage.Sqlite);

public sealed class PostgresWebhookHealthTests() : WebhookHealthTests(TestStorage.Postgres);

public sealed class SqliteWebhookStoreTests() : WebhookStoreTests(TestStorage.Sqlite);

public sealed class PostgresWebhookStoreTests() : WebhookStoreTests(TestStorage.Postgres);
