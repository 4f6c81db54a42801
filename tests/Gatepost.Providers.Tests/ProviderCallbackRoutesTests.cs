using System.Net;
using Gatepost.Providers.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatepost.Providers.Tests;

/// <summary>The routes for users of the library alone, through Kestrel and real sockets.</summary>
public sealed class ProviderCallbackRoutesTests : IAsyncLifetime
{
    private const string Folder = "twilio-sms";
    private readonly List<ReceivedCallback> received = [];
    private readonly HttpClient client = new();
    private WebApplication? app;
    private CallbackReceipt receipt = CallbackReceipt.Stored;
    private Vector vector = Own(Folder, "gen-04-status-delivered");

    private static IProvider Twilio => ProviderCatalog.Find("twilio", "twilio/sms")!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapProviderCallback("/hooks/{token}", Twilio, http => ValueTask.FromResult(Account(http.Request.RouteValues["token"])), (callback, _) =>
        {
            received.Add(callback);
            return Task.FromResult(receipt);
        });
        await app.StartAsync();
        client.BaseAddress = new Uri(app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app!.DisposeAsync();
    }

    [Fact]
    public async Task Post_AuthenticStatus_IsHandedOverAndAnsweredEmpty()
    {
        var answer = await SendAsync("gen-04-status-delivered");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        received.ShouldHaveSingleItem().Parsed.Events.ShouldHaveSingleItem().Status.ShouldBe(MessageStatus.Delivered);
    }

    [Fact]
    public async Task Post_AuthenticInbound_IsAnsweredWithTwiMl()
    {
        var answer = await SendAsync("gen-20-inbound-unicode");

        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/xml; charset=utf-8");
        (await answer.Content.ReadAsStringAsync()).ShouldEndWith("<Response></Response>");
    }

    [Theory]
    [InlineData("gen-10-get-apostrophe-signed-raw")]
    [InlineData("gen-11-correlation-query")]
    [InlineData("gen-19-port-variant-keeps-query-bytes")]
    public async Task Send_SignedQueryWithEscapes_ArrivesByteForByte(string name)
    {
        var answer = await SendAsync(name);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        received.ShouldHaveSingleItem().Request.Url.ShouldBe(vector.Requests()[0].Url);
    }

    [Fact]
    public async Task Post_Tampered_IsRefusedAndNotHandedOver()
    {
        var answer = await SendAsync("gen-n15-tampered-status");

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Post_UnknownAccount_Is404() =>
        (await client.PostAsync("/hooks/nobody", new StringContent("a=b"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_AboveTheLimit_Is413(bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/known") { Content = new ByteArrayContent(new byte[Twilio.MaxBodyBytes + 1]) };
        request.Headers.TransferEncodingChunked = chunked;

        (await client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        received.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_AtTheLimit_IsRead(bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/known") { Content = new ByteArrayContent(new byte[Twilio.MaxBodyBytes]) };
        request.Headers.TransferEncodingChunked = chunked;

        (await client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Post_HandlerSawItBefore_IsAnsweredEmpty()
    {
        receipt = CallbackReceipt.SeenBefore;

        var answer = await SendAsync("gen-20-inbound-unicode");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public void Map_RouteOfAnotherProvider_SaysWhichItServes() =>
        Should.Throw<ArgumentException>(() => app!.MapProviderCallback("/x", Twilio, _ => default, (_, _) => Task.FromResult(receipt), "sendgrid"))
            .Message.ShouldContain("twilio/sms, twilio/whatsapp");

    private static Vector Own(string folder, string name) => Vector.TryRead(Path.Combine(VectorFolders.Own, folder, $"{name}.json"))!;

    private ProviderCallbackAccount? Account(object? token) =>
        token is "known" ? new ProviderCallbackAccount(vector.Credentials(), vector.Requests()[0].Url) : null;

    private async Task<HttpResponseMessage> SendAsync(string name)
    {
        vector = Own(Folder, name);
        var sent = vector.Requests()[0];
        var query = sent.RawQuery.Length > 0 ? $"?{sent.RawQuery}" : "";
        var verbatim = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var request = new HttpRequestMessage(new HttpMethod(sent.Method), new Uri($"{client.BaseAddress}hooks/known{query}", verbatim));
        if (!sent.Body.IsEmpty)
            request.Content = new ReadOnlyMemoryContent(sent.Body);
        foreach (var (header, value) in sent.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(header, value.ToArray()))
                request.Content?.Headers.TryAddWithoutValidation(header, value.ToArray());
        }

        return await client.SendAsync(request);
    }
}
