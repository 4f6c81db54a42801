using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Gatepost.Server.Callbacks;
using Gatepost.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>Large bodies that come at once: they wait for memory, and are sent away to come again.</summary>
public sealed class BodyRoomTests : IAsyncLifetime
{
    private const int MaxMail = 50 * 1024 * 1024;
    private readonly FakeTimeProvider clock = new(DateTimeOffset.UnixEpoch.AddYears(55));
    private GatepostHost host = null!;
    private ApiUser user = null!;
    private string mail = null!;
    private TcpClient first = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A mail that fills what one account gets, and never comes.</summary>
    public async ValueTask InitializeAsync()
    {
        host = await GatepostHost.StartAsync(clock, new Dictionary<string, string?> { ["Gatepost:Callbacks:LargeBodyMebibytes"] = "100" });
        user = await host.NewOrganizationAsync();
        mail = await NewAccountAsync();
        first = await AnnounceAsync(mail);
    }

    public async ValueTask DisposeAsync()
    {
        first.Dispose();
        await host.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Receive_NoRoomInTime_Answers503ToComeAgain(bool chunked)
    {
        var answer = await PastPatienceAsync(SendAsync(mail, MaxMail, chunked));

        (answer.Status, answer.Code, answer.RetryAfter).ShouldBe((503, "too_many_large_callbacks", "60"));
    }

    // Such a client looks for the answer only when all is sent.
    [Fact]
    public async Task Receive_NoRoomForAClientThatSendsAllFirst_Answers503() =>
        (await PastPatienceAsync(RawHttp.SendAsync(host.Address, "POST", mail, [], new byte[MaxMail]))).Status.ShouldBe(503);

    [Fact]
    public async Task Receive_RoomIsFreeInTime_IsTaken()
    {
        var second = SendAsync(mail, MaxMail);

        first.Dispose();

        (await second).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Receive_SmallBodyMeanwhile_IsTaken(bool chunked) => (await SendAsync(mail, 1_000_000, chunked)).Status.ShouldBe(401);

    [Fact]
    public async Task Receive_LargeBodyOfAnotherAccountMeanwhile_IsTaken() => (await SendAsync(await NewAccountAsync(), MaxMail)).Status.ShouldBe(401);

    [Fact]
    public async Task Receive_LargeBodiesOfOthersTookAllRoom_Answers503()
    {
        using var other = await AnnounceAsync(await NewAccountAsync());

        (await PastPatienceAsync(SendAsync(await NewAccountAsync(), MaxMail))).Status.ShouldBe(503);
    }

    private async Task<TcpClient> AnnounceAsync(string path)
    {
        var client = new TcpClient();
        await client.ConnectAsync(host.Address.Host, host.Address.Port, Token);
        var head = string.Create(CultureInfo.InvariantCulture, $"POST {path} HTTP/1.1\r\nHost: {host.Address.Authority}\r\nContent-Length: {MaxMail}\r\nExpect: 100-continue\r\n\r\n");
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Token);
        using var answer = new StreamReader(client.GetStream(), Encoding.ASCII, leaveOpen: true);
        (await answer.ReadLineAsync(Token)).ShouldBe("HTTP/1.1 100 Continue");
        return client;
    }

    private async Task<string> NewAccountAsync()
    {
        var account = await user.PostAsync("/v1/provider-accounts", new { provider = "mime", name = "Mail", credentials = new { secrets = new[] { "a-secret-of-the-mail-server" } } });
        return new Uri((string)account.Json!["callbackUrls"]!["inbound-email"]!).AbsolutePath;
    }

    /// <summary>Unsigned: 401 once it was read.</summary>
    private async Task<ApiAnswer> SendAsync(string path, int bytes, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(new byte[bytes]) };
        request.Headers.TransferEncodingChunked = chunked;
        return await host.SendAsync(request);
    }

    private async Task<T> PastPatienceAsync<T>(Task<T> answer)
    {
        await Eventually.GetAsync(() => Task.FromResult(answer.IsCompleted), done => done, () => clock.Advance(BodyRoom.Patience / 10));
        return await answer;
    }
}
