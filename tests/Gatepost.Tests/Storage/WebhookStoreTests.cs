using System.Data.Common;
using Dapper;
using Gatepost.Events;
using Gatepost.Organizations;
using Gatepost.Security;
using Gatepost.Signing;
using Gatepost.Storage;
using Gatepost.Storage.Sql;
using Gatepost.Testing;
using Gatepost.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatepost.Tests.Storage;

public abstract class WebhookStoreTests(TestStorage storage) : WebhookStoreConformance, IAsyncDisposable
{
    private const string OldKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private const string NewKey = "/wECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private readonly TestDatabase db = TestDatabase.Create(storage);

    private protected override IWebhookStore Store => StoreWith(OldKey);

    private protected override IReadOnlyCollection<long> Changed => db.Handover.Changed;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secrets_InTheFile_AreNotReadable()
    {
        await CreateAsync(await AddOrganizationAsync(), New(secret: "very secret words", headers: [new("X-Key", "header value")]));

        var row = await db.Database.ReadAsync(c => c.QuerySingle<(byte[] Secret, byte[] Headers)>("SELECT secret, headers FROM webhooks"), Token);

        row.Secret.AsSpan().IndexOf("secret"u8).ShouldBe(-1);
        row.Headers.AsSpan().IndexOf("value"u8).ShouldBe(-1);
    }

    [Fact]
    public async Task FindSettings_SecretOfAnotherWebhook_HasNoTarget()
    {
        var organization = await AddOrganizationAsync();
        var mine = await CreateAsync(organization, New(secret: "a secret of mine"));
        await CreateAsync(organization, New(secret: "a secret of others"));

        await WriteAsync(c => c.Execute("UPDATE webhooks SET secret = (SELECT secret FROM webhooks WHERE id <> @Id) WHERE id = @Id", mine));

        (await Store.FindSettingsAsync(await SeqOfAsync(mine.Id), Token))!.Target.ShouldBeNull();
    }

    [Fact]
    public async Task Worker_NewFirstKey_SealsAllSecretsAnew()
    {
        var organization = await AddOrganizationAsync();
        for (var i = 0; i < 3; i++)
            await CreateAsync(organization, New(secret: "a secret of mine", headers: [new("X-A", "1")]));
        var rotating = StoreWith(NewKey, OldKey);

        await new ResealWorker([rotating], db.Clock, NullLogger<ResealWorker>.Instance).RunOnceAsync(Token);

        (await rotating.ResealAsync(0, 10, Token)).ShouldBe(new ResealedBatch(null, 0, 0));
        var target = (await StoreWith(NewKey).FindSettingsAsync(1, Token))!.Target!;
        target.Signer!.Sign([]).ShouldBe(WebhookSignature.Sign([], "a secret of mine"));
        target.Headers.ShouldBe([new("X-A", "1")]);
    }

    [Fact]
    public async Task Reseal_InBatches_GoesThroughAll()
    {
        var organization = await AddOrganizationAsync();
        for (var i = 0; i < 3; i++)
            await CreateAsync(organization, New(secret: "a secret of mine"));
        var rotating = StoreWith(NewKey, OldKey);

        var first = await rotating.ResealAsync(0, 2, Token);
        var second = await rotating.ResealAsync(first.LastSeq!.Value, 2, Token);

        first.ShouldBe(new ResealedBatch(2, 2, 0));
        second.ShouldBe(new ResealedBatch(null, 1, 0));
    }

    [Fact]
    public async Task Merge_KeyIsLost_AsksForAllHeaders()
    {
        var organization = await AddOrganizationAsync();
        var webhook = await CreateAsync(organization, New(secret: "a secret of mine", headers: [new("X-A", "1")]));
        var withoutKey = StoreWith(NewKey);
        var merge = Edit(new WebhookInput { Headers = new(true, new Dictionary<string, string?> { ["X-B"] = "2" }) });
        var replace = Edit(new WebhookInput { Headers = new(true, null), Secret = new(true, null) });

        var merged = await withoutKey.ChangeAsync(organization, WebhookScope.Tickets, webhook.Id, merge.Apply, Token);
        var replaced = await withoutKey.ChangeAsync(organization, WebhookScope.Tickets, webhook.Id, replace.Apply, Token);

        merged.Problem!.Code.ShouldBe("headers_unreadable");
        replaced.IsOk.ShouldBeTrue();
        (await withoutKey.ResealAsync(0, 10, Token)).ShouldBe(new ResealedBatch(null, 0, 0));
    }

    private protected override async Task<OrganizationRef> AddOrganizationAsync()
    {
        var id = Guid.CreateVersion7();
        var seq = await WriteAsync(c => c.ExecuteScalar<long>(
            "INSERT INTO organizations (id, name, created_at, updated_at) VALUES (@id, 'Acme', 0, 0) RETURNING seq", new { id }));
        return new OrganizationRef(seq, id);
    }

    private protected override async Task<Guid> AddSurveyAsync(OrganizationRef organization)
    {
        var id = Guid.CreateVersion7();
        await WriteAsync(c => c.Execute(
            """
            INSERT INTO surveys (id, organization_seq, title, status, questions, created_at, updated_at)
            VALUES (@id, @Seq, 'How was it?', 'active', '[]', 0, 0)
            """,
            new { id, organization.Seq }));
        return id;
    }

    private protected override async Task<int> PublishAsync(OrganizationRef organization, EventType type, Guid? surveyId = null)
    {
        var surveySeq = await db.Database.ReadAsync(c => c.ExecuteScalar<long?>("SELECT seq FROM surveys WHERE id = @surveyId", new { surveyId }), Token);
        var e = new WebhookEvent { Organization = organization, Type = type, Id = Guid.CreateVersion7(), Timestamp = Now, SurveySeq = surveySeq, Payload = "{}"u8.ToArray() };
        return (await db.Database.WriteAsync(session => db.Services.GetRequiredService<IEventWriter>().Append(session, e), Token))!.Value;
    }

    private protected override Task DisableAsync(Guid webhookId) => WriteAsync(c => c.Execute(
        """
        UPDATE webhooks SET disabled_at = 1, disabled_reason = 'gone', consecutive_failures = 10, failing_since = 1, skipped_since = 4 WHERE id = @webhookId
        """,
        new { webhookId }));

    private protected override Task<long> SeqOfAsync(Guid webhookId) =>
        db.Database.ReadAsync(c => c.ExecuteScalar<long>("SELECT seq FROM webhooks WHERE id = @webhookId", new { webhookId }), Token);

    public ValueTask DisposeAsync() => db.DisposeAsync();

    private WebhookStore StoreWith(params string[] keys) =>
        new(db.Database, new WebhookSecrets(new SecretBox(new MasterKeys(keys, "unused"))), db.Handover);

    private static WebhookEdit Edit(WebhookInput input) => new(input, null, new FaultList(), Now);

    private Task<T> WriteAsync<T>(Func<DbConnection, T> write) => db.Database.WriteAsync(session => write(session.Connection), Token);
}
