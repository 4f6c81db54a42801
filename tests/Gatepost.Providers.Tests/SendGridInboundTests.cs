using System.Text;
using Microsoft.Extensions.Primitives;
using MimeKit;

namespace Gatepost.Providers.Tests;

/// <summary>What the vectors do not show of SendGrid's inbound mail: the MIME that is made, and broken forms.</summary>
public sealed class SendGridInboundTests
{
    private const string Boundary = "xYzZY";
    private static readonly IProvider Provider = ProviderCatalog.Find("sendgrid-inbound", "inbound-email")!;

    [Fact]
    public void CheckCredentials_None_NamesTheKeyUnlessThePathWasChosen()
    {
        Provider.CheckCredentials(new ProviderCredentials()).ShouldHaveSingleItem().Key.ShouldBe("publicKeys");
        Provider.CheckCredentials(new ProviderCredentials { SecretPathOnly = true }).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false, 403)]
    [InlineData(true, 200)]
    public async Task Verify_NoCredentials_NeedsTheChosenPath(bool pathOnly, int status) =>
        (await VerifyAsync(Form(("from", "a@b.test")), new ProviderCredentials { SecretPathOnly = pathOnly })).Answer.Status.ShouldBe(status);

    [Fact]
    public async Task Verify_BasicIsConfigured_ThePathIsNotEnough() =>
        (await VerifyAsync(Form(("from", "a@b.test")), new ProviderCredentials { SecretPathOnly = true, Basic = [new("u", "p")] })).Answer.Status.ShouldBe(401);

    [Fact]
    public async Task Verify_EmptyForm_Is422() =>
        (await VerifyAsync(Form() with { Body = default }, new ProviderCredentials { SecretPathOnly = true })).Answer.Status.ShouldBe(422);

    [Fact]
    public void Parse_InlineImageAndFile_ComposesAMailWithBoth()
    {
        var message = Mail(Vector.TryRead(Path.Combine(VectorFolders.Own, "sendgrid-inbound", "gen-07-parsed-attachments-inline.json"))!.Requests()[0]);

        message.MessageId.ShouldBe("7f1c+a9@mx.customer.test");
        message.HtmlBody!.ShouldContain("cid:logo@customer");
        message.BodyParts.OfType<MimePart>().ShouldContain(p => p.ContentId == "logo@customer" && p.ContentType.MimeType == "image/png");
        var file = message.Attachments.OfType<MimePart>().ShouldHaveSingleItem();
        file.FileName.ShouldBe("relatório ç.txt");
        Content(file).ShouldBe("conteúdo");
    }

    [Fact]
    public void Parse_Twice_GivesTheSameBytes()
    {
        var request = Form(("headers", "From: a@b.test"), ("text", "one"), ("html", "<b>one</b>"));

        Provider.Parse(request).Events[0].Mail!.Mime.ToArray().ShouldBe(Provider.Parse(request).Events[0].Mail!.Mime.ToArray());
    }

    [Fact]
    public void Parse_DeliveryReport_IsStillOne()
    {
        var headers = "From: MAILER-DAEMON@mx.test\r\nSubject: failed\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b";
        var body = Body(("headers", headers), ("text", "It failed."), ("envelope", """{"to":["help@in.desk.test"],"from":""}"""))
            + File("attachment1", "details.txt", "message/delivery-status", "Reporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: rfc822; a@b.test\r\nAction: failed\r\nStatus: 5.1.1\r\n");

        var message = Mail(Form() with { Body = Encoding.UTF8.GetBytes($"{body}--{Boundary}--\r\n") });

        var report = message.Body.ShouldBeOfType<MultipartReport>();
        report.OfType<MessageDeliveryStatus>().ShouldHaveSingleItem().StatusGroups[1]["Status"].ShouldBe("5.1.1");
    }

    [Theory]
    [InlineData("{", "a@b.test")]
    [InlineData("[]", "a@b.test")]
    [InlineData("""{"to":7,"from":["x"]}""", "a@b.test")]
    [InlineData("""{"to":[null,1,"help@in.desk.test"],"from":"bounce@b.test"}""", "bounce@b.test")]
    public void Parse_OddEnvelope_DoesNotCostTheMail(string envelope, string from) =>
        Provider.Parse(Form(("headers", "From: a@b.test\r\nTo: help@in.desk.test"), ("text", "hi"), ("envelope", envelope))).Events[0].From.ShouldBe(from);

    [Theory]
    [InlineData("charsets", "{\"text\":\"utf-7\"}")]
    [InlineData("charsets", "{\"text\":\"no-such-charset\"}")]
    [InlineData("charsets", "no json")]
    [InlineData("attachment-info", "[[[")]
    [InlineData("spam_score", "high")]
    public void Parse_OddSideField_DoesNotCostTheMail(string field, string value) =>
        Provider.Parse(Form(("from", "Ines <a@b.test>"), ("subject", "Grüße"), ("text", "hi"), (field, value))).Events[0].Text!.Trim().ShouldBe("hi");

    [Theory]
    [InlineData("--xYzZY\r\nContent-Disposition: form-data; name=\"from\"\r\n\r\na@b.test\r\n")]
    [InlineData("--xYzZY\r\nContent-Disposition: form-data; name=\"from\"\r\n--xYzZY--")]
    [InlineData("--xYzZY\r\n\r\nno name\r\n--xYzZY--")]
    [InlineData("--xYzZY--")]
    [InlineData("nothing")]
    public void Parse_BrokenForm_IsUnparsed(string body) => Should.Throw<CallbackFormatException>(() => Provider.Parse(Form() with { Body = Encoding.UTF8.GetBytes(body) }));

    [Fact]
    public void Parse_NoBoundary_IsUnparsed() =>
        Should.Throw<CallbackFormatException>(() => Provider.Parse(Form() with { Headers = new Dictionary<string, StringValues> { ["Content-Type"] = "multipart/form-data" } }));

    private static ValueTask<Verification> VerifyAsync(CallbackRequest request, ProviderCredentials credentials) =>
        Provider.VerifyAsync(request, new CallbackContext { Credentials = credentials, Now = DateTimeOffset.UnixEpoch }, CancellationToken.None);

    private static MimeMessage Mail(CallbackRequest request) => MimeMessage.Load(new MemoryStream(Provider.Parse(request).Events[0].Mail!.Mime.ToArray()));

    private static string Content(MimePart part)
    {
        using var content = new MemoryStream();
        part.Content!.DecodeTo(content);
        return Encoding.UTF8.GetString(content.ToArray());
    }

    private static CallbackRequest Form(params (string Name, string Value)[] fields) => new()
    {
        Method = "POST",
        Url = "https://hooks.example.com/inbound",
        Route = "inbound-email",
        Headers = new Dictionary<string, StringValues> { ["Content-Type"] = $"multipart/form-data; boundary={Boundary}" },
        Body = Encoding.UTF8.GetBytes($"{Body(fields)}--{Boundary}--\r\n"),
    };

    private static string Body(params (string Name, string Value)[] fields) =>
        string.Concat(fields.Select(f => $"--{Boundary}\r\nContent-Disposition: form-data; name=\"{f.Name}\"\r\n\r\n{f.Value}\r\n"));

    private static string File(string name, string fileName, string type, string content) =>
        $"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{fileName}\"\r\nContent-Type: {type}\r\n\r\n{content}\r\n";
}
