using Gatepost.Deliveries;
using Gatepost.Notifications;
using Gatepost.Storage.Sql;
using Gatepost.Testing;
using Gatepost.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Gatepost.Tests.Notifications;

public sealed class MailWorkerTests : IAsyncDisposable
{
    private readonly TestDatabase db = TestDatabase.Create(TestStorage.Sqlite);
    private readonly SmtpOptions smtp = new() { Host = "localhost", From = "Gatepost <gatepost@example.com>", Security = SmtpSecurity.None };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private NotificationStore Store => new(db.Database);

    [Fact]
    public async Task RunOnce_PlainServer_SendsOneMailToEachAdmin()
    {
        await using var server = await SmtpServerProcess.StartAsync();
        await DisableAsync("ann@example.com", "bob@example.com");

        (await RunOnceAsync(server)).ShouldBe(2);

        var (first, second) = (await server.ReceiveAsync(), await server.ReceiveAsync());
        first.To.Concat(second.To).ShouldBe(["ann@example.com", "bob@example.com"]);
        first.From.ShouldBe("gatepost@example.com");
        first.Message.Subject.ShouldBe("Webhook \"Orders\" was disabled");
        first.Message.TextBody!.ShouldContain("10 attempts in a row failed");
        first.Message.TextBody!.ShouldContain("with {\"active\": true}");
        first.Message.Date.ShouldBe(db.Clock.GetInstant());
        first.Message.MessageId.ShouldNotBe(second.Message.MessageId);
        (await RunOnceAsync(server)).ShouldBe(0);
    }

    [Fact]
    public async Task RunOnce_StartTlsWithATrustedRoot_Encrypts()
    {
        using var certificate = new TestCertificate();
        await using var server = await SmtpServerProcess.StartAsync(certificate);
        (smtp.Security, smtp.TrustedCertificates) = (SmtpSecurity.StartTls, certificate.CertificatePath);
        await DisableAsync("ann@example.com");

        (await RunOnceAsync(server)).ShouldBe(1);

        (await server.ReceiveAsync()).WasEncrypted.ShouldBeTrue();
    }

    [Fact]
    public async Task RunOnce_TlsAndLogin_Authenticates()
    {
        using var certificate = new TestCertificate();
        await using var server = await SmtpServerProcess.StartAsync(certificate, secure: true, "mailer", "right");
        (smtp.Security, smtp.TrustedCertificates) = (SmtpSecurity.Tls, certificate.CertificatePath);
        (smtp.User, smtp.Password) = ("mailer", "right");
        await DisableAsync("ann@example.com");

        (await RunOnceAsync(server)).ShouldBe(1);

        (await server.ReceiveAsync()).User.ShouldBe("mailer");
    }

    [Fact]
    public async Task RunOnce_WrongPassword_KeepsTheMail()
    {
        using var certificate = new TestCertificate();
        await using var server = await SmtpServerProcess.StartAsync(certificate, secure: true, "mailer", "right");
        (smtp.Security, smtp.TrustedCertificates) = (SmtpSecurity.Tls, certificate.CertificatePath);
        (smtp.User, smtp.Password) = ("mailer", "wrong");
        await DisableAsync("ann@example.com");

        (await RunOnceAsync(server)).ShouldBe(0);

        await ShouldWaitAsync();
    }

    [Theory]
    [InlineData("localhost", false)]
    [InlineData("elsewhere.example", true)]
    public async Task RunOnce_CertificateNotTrustedOrOfAnotherName_SendsNothing(string name, bool trusted)
    {
        using var certificate = new TestCertificate(name);
        await using var server = await SmtpServerProcess.StartAsync(certificate);
        using var other = new TestCertificate();
        (smtp.Security, smtp.TrustedCertificates) = (SmtpSecurity.StartTls, (trusted ? certificate : other).CertificatePath);
        await DisableAsync("ann@example.com");

        (await RunOnceAsync(server)).ShouldBe(0);

        await ShouldWaitAsync();
    }

    [Fact]
    public async Task RunOnce_ServerWithoutStartTls_SendsNothing()
    {
        await using var server = await SmtpServerProcess.StartAsync();
        smtp.Security = SmtpSecurity.StartTls;
        await DisableAsync("ann@example.com");

        (await RunOnceAsync(server)).ShouldBe(0);

        await ShouldWaitAsync();
    }

    [Fact]
    public async Task RunOnce_OneRecipientRefused_SendsTheOthersAndTriesAgain()
    {
        await using var server = await SmtpServerProcess.StartAsync();
        await DisableAsync("refused@example.com", "ann@example.com");

        (await RunOnceAsync(server)).ShouldBe(1);

        (await server.ReceiveAsync()).To.ShouldBe(["ann@example.com"]);
        await ShouldWaitAsync();
    }

    [Fact]
    public async Task RunOnce_ServerComesBack_SendsTheSameMailThen()
    {
        await DisableAsync("ann@example.com");
        smtp.Port = 1; // nothing listens there
        (await RunOnceAsync(null)).ShouldBe(0);
        await using var server = await SmtpServerProcess.StartAsync();
        (await RunOnceAsync(server)).ShouldBe(0, "its next attempt is a minute away");

        db.Clock.Advance(TimeSpan.FromMinutes(1));

        (await RunOnceAsync(server)).ShouldBe(1);
        (await server.ReceiveAsync()).To.ShouldBe(["ann@example.com"]);
    }

    [Fact]
    public async Task RunOnce_AfterThreeDays_GivesUp()
    {
        await DisableAsync("ann@example.com");
        smtp.Port = 1;
        db.Clock.Advance(TimeSpan.FromDays(3));

        await RunOnceAsync(null);

        (await Store.ReadDueMailsAsync(db.Clock.GetInstant().AddDays(9), 50, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task RunOnce_SmtpSwitchedOff_LeavesMailsToTheirEnd()
    {
        await DisableAsync("ann@example.com");
        smtp.Host = null;

        (await RunOnceAsync(null)).ShouldBe(0);
        (await Store.ReadDueMailsAsync(db.Clock.GetInstant(), 50, Token)).Count.ShouldBe(1);
        db.Clock.Advance(TimeSpan.FromDays(3.1));
        await RunOnceAsync(null);

        (await Store.ReadDueMailsAsync(db.Clock.GetInstant(), 50, Token)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("ann@example.com\r\nBcc: all@example.com")]
    [InlineData("ann@example.com, all@example.com")]
    [InlineData("no address")]
    [InlineData("nobody")]
    [InlineData("")]
    public void Of_RecipientIsNotOneAddress_MakesNoMail(string recipient) => MailMessage.Of(Mail(recipient, "t"), From).ShouldBeNull();

    [Fact]
    public void Of_TitleWithLineBreaks_MakesNoHeaderOfItsOwn()
    {
        using var message = MailMessage.Of(Mail("ann@example.com", "Hello\r\nBcc: all@example.com\n\nä"), From)!;
        using var bytes = new MemoryStream();
        message.WriteTo(bytes, Token);
        bytes.Position = 0;

        using var parsed = MimeMessage.Load(bytes, Token);

        parsed.Bcc.ShouldBeEmpty();
        parsed.Headers.Select(h => h.Field).Order().ShouldBe(["Auto-Submitted", "Date", "From", "Message-Id", "MIME-Version", "Subject", "To"]);
    }

    public ValueTask DisposeAsync() => db.DisposeAsync();

    private static MailboxAddress From => new("Gatepost", "gatepost@example.com");

    private static DueMail Mail(string recipient, string title) => new()
    {
        Seq = 1,
        NotificationId = Guid.NewGuid(),
        Recipient = recipient,
        Title = title,
        Text = "Text",
        AttemptCount = 0,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private async Task DisableAsync(params string[] admins) =>
        await DisabledWebhookRows.AppendAsync(db, await DisabledWebhookRows.AddOrganizationAsync(db, admins), db.Clock.GetInstant(), 0, smtp);

    private Task<int> RunOnceAsync(SmtpServerProcess? server)
    {
        smtp.Port = server?.Port ?? smtp.Port;
        return new MailWorker(Store, Options.Create(smtp), new ShardMap(db.Clock), db.Clock, NullLogger<MailWorker>.Instance).RunOnceAsync(Token);
    }

    private async Task ShouldWaitAsync()
    {
        (await Store.ReadDueMailsAsync(db.Clock.GetInstant(), 50, Token)).ShouldBeEmpty();
        (await Store.ReadDueMailsAsync(db.Clock.GetInstant().AddMinutes(1), 50, Token)).ShouldHaveSingleItem().AttemptCount.ShouldBe(1);
    }
}
