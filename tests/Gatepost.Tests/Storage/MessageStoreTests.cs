using Dapper;
using Gatepost.Callbacks;
using Gatepost.Messages;
using Gatepost.Organizations;
using Gatepost.Providers;
using Gatepost.Storage;
using Gatepost.Storage.Sql;
using Gatepost.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Tests.Storage;

public abstract class MessageStoreTests(TestStorage storage) : MessageStoreConformance, IAsyncDisposable
{
    private readonly TestDatabase db = TestDatabase.Create(storage);

    private protected override IMessageStore Store => db.Services.GetRequiredService<IMessageStore>();

    [Fact]
    public async Task Purge_TicketOfAMessage_LeavesTheMessageWithoutIt()
    {
        var organization = await AddOrganizationAsync();
        var rows = new LogRows(db);
        var (seq, survey) = (await rows.AddTicketAsync(organization), await rows.AddSurveyAsync(organization));
        var message = Message() with { TicketId = await IdAsync("tickets", seq), SurveyId = await IdAsync("surveys", survey) };
        (await RegisterAsync(organization, message)).ShouldBe(message);

        await rows.HideAsync("tickets", seq);
        await rows.HideAsync("surveys", survey);
        (await FindAsync(organization, message.Id)).Message.ShouldBe(message with { TicketId = null, SurveyId = null });
        await db.Services.GetRequiredService<IRetentionStore>().PurgeDeletedAsync(500, Token);

        (await rows.CountAsync("tickets")).ShouldBe(0);
        (await FindAsync(organization, message.Id)).Message.ShouldBe(message with { TicketId = null, SurveyId = null });
    }

    private protected override Task<OrganizationRef> AddOrganizationAsync() => DisabledWebhookRows.AddOrganizationAsync(db);

    private protected override Task<CallbackEffect> ApplyAsync(CallbackSource source, CallbackEvent e) =>
        db.Database.WriteAsync(session => MessageWriter.Apply(session, source, e), Token);

    private protected override Task<CallbackEffect> ReportAsync(CallbackSource source, MessageReport report) =>
        db.Database.WriteAsync(session => MessageWriter.RecordStatus(session, source, report), Token);

    private protected override Task<IReadOnlyList<string>> ReadFactsAsync(OrganizationRef organization) => db.Database.ReadAsync<IReadOnlyList<string>>(
        c => c.Query<string>("SELECT channel || ' ' || address || ' ' || fact FROM recipient_facts WHERE organization_seq = @Seq", organization).AsList(), Token);

    private Task<Guid> IdAsync(string table, long seq) =>
        db.Database.ReadAsync(c => c.QuerySingle<Guid>($"SELECT id FROM {table} WHERE seq = @seq", new { seq }), Token);

    public ValueTask DisposeAsync() => db.DisposeAsync();
}
