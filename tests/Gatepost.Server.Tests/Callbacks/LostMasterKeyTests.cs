using Dapper;
using Gatepost.Security;
using Gatepost.Storage;
using Gatepost.Storage.Sql;
using Gatepost.Testing;
using Microsoft.Extensions.Options;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>Accounts and settings that no key opens: providers come again, and the owner can mend it.</summary>
public sealed class LostMasterKeyTests : IAsyncLifetime
{
    private const string OtherKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private GatepostHost host = null!;
    private ApiUser user = null!;
    private TwilioCaller twilio = null!;
    private string path = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string KeyFile => Path.Combine(host.Get<IOptions<DataOptions>>().Value.DataDirectory, "master.key");

    public async ValueTask InitializeAsync()
    {
        // Twilio signs the URL, and a restart changes the port.
        host = await GatepostHost.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal) { ["Gatepost:PublicBaseUrl"] = "https://hooks.example.com" });
        user = await host.NewOrganizationAsync();
        twilio = await TwilioCaller.NewAsync(host, user);
        path = $"/v1/provider-accounts/{(await user.GetAsync("/v1/provider-accounts")).Data.Single()!["id"]}";
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Callback_IsAnswered503AndCountsOnceTheKeyIsBack()
    {
        var key = await host.LoseMasterKeyAsync();

        var refused = await twilio.BringSmsAsync("SM1", "Hello");

        (refused.Status, refused.RetryAfter, refused.Code).ShouldBe((503, "60", "credentials_unreadable"));
        (await user.GetAsync("/v1/callbacks")).Data.ShouldBeEmpty();
        await host.BringMasterKeyBackAsync(key);
        (await twilio.BringSmsAsync("SM1", "Hello")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Account_IsShownWithoutWhatCannotBeRead()
    {
        await host.LoseMasterKeyAsync();

        var found = (await user.GetAsync(path)).Json!;

        ((string)found["name"]!, (bool)found["credentialsUnreadable"]!).ShouldBe(("Twilio", true));
        (found["callbackUrls"]!.AsObject().Count, found["credentials"]!.AsObject().Count).ShouldBe((0, 0));
        (await user.PatchAsync(path, new { name = "Renamed" })).Json!.ToJsonString().ShouldContain("Renamed");
        (await user.PatchAsync(path, new { maxAgeSeconds = 60 })).FaultyFields.ShouldBe(["credentials"]);
    }

    [Fact]
    public async Task Patch_NewCredentials_MendTheAccountUnderItsOldUrl()
    {
        await host.LoseMasterKeyAsync();
        await twilio.BringSmsAsync("SM1", "Hello");

        var mended = await user.PatchAsync(path, new { credentials = new { secrets = new[] { TwilioCaller.AuthToken } } });

        (mended.Status, (bool)mended.Json!["credentialsUnreadable"]!).ShouldBe((200, false));
        (await twilio.BringSmsAsync("SM1", "Hello")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task InboundMail_Is503AndPutMendsIt()
    {
        var settings = new { replyDomains = new[] { "reply.example.com" } };
        await user.PutAsync("/v1/inbound-mail", settings);
        await host.LoseMasterKeyAsync();

        (await user.GetAsync("/v1/inbound-mail")).Code.ShouldBe("master_key_missing");

        (await user.PutAsync("/v1/inbound-mail", settings)).Status.ShouldBe(200);
        (await user.GetAsync("/v1/inbound-mail")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Reseal_UnderANewFirstKey_NeedsTheOldOneNoMore()
    {
        await user.PutAsync("/v1/inbound-mail", new { replyDomains = new[] { "reply.example.com" } });
        var old = await File.ReadAllTextAsync(KeyFile, Token);

        await host.RestartAsync(new Dictionary<string, string?> { ["Gatepost:MasterKeys:0"] = OtherKey, ["Gatepost:MasterKeys:1"] = old });

        var id = new MasterKeys([OtherKey], "unused").Current.Id;
        await Eventually.GetAsync(KeyIdsAsync, ids => ids.All(i => i.AsSpan(0, 4).SequenceEqual(id)));
    }

    private Task<List<byte[]>> KeyIdsAsync() => host.Get<Database>().ReadAsync(
        c => c.Query<byte[]>("SELECT token FROM provider_accounts UNION ALL SELECT credentials FROM provider_accounts UNION ALL SELECT settings FROM inbound_mail").AsList(), Token);
}
