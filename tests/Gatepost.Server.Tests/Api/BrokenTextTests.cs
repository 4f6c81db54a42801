using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Gatepost.Server.Tests.Api;

/// <summary>Texts that are no Unicode: said to be so, never an internal error, never passed on.</summary>
public sealed class BrokenTextTests : HostTests
{
    [Theory]
    [InlineData("/v1/events", """{"eventType":"ticket.created","data":{"ticket":{"id":"01946870-1b2c-7d3e-8f40-5a6b7c8d9e0f"},"x":"@"}}""")]
    [InlineData("/v1/tickets", """{"subject":"s","requester":{},"customFields":{"x":"@"}}""")]
    [InlineData("/v1/tickets", """{"subject":"@","requester":{}}""")]
    public async Task Post_BytesThatAreNoUtf8_IsMalformed(string path, string body)
    {
        var bytes = Encoding.ASCII.GetBytes(body);
        bytes[Array.IndexOf(bytes, (byte)'@')] = 0xFF;

        (await PostAsync(path, bytes)).ShouldBe((HttpStatusCode.BadRequest, "malformed_json"));
    }

    [Theory]
    [InlineData("""{"eventType":"\ud800","data":{}}""", "wrong_type")]
    [InlineData("""{"eventType":"ticket.created","eventId":"\udc00","data":{}}""", "wrong_type")]
    [InlineData("""{"eventType":"ticket.created","data":{},"\ud800":1}""", "malformed_json")]
    [InlineData("""{"eventType":"ticket.created","data":{"\ud800":1,"x":1}}""", "malformed_json")]
    public async Task Publish_HalfASurrogatePair_IsMalformed(string body, string code) =>
        (await PostAsync("/v1/events", Encoding.ASCII.GetBytes(body))).ShouldBe((HttpStatusCode.BadRequest, code));

    [Fact]
    public async Task Post_WithAByteOrderMark_IsRead() =>
        (await PostAsync("/v1/tickets", [0xEF, 0xBB, 0xBF, .. """{"subject":"s","requester":{}}"""u8])).Status.ShouldBe(HttpStatusCode.Created);

    private async Task<(HttpStatusCode Status, string? Code)> PostAsync(string path, byte[] body)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", User.Key);
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await client.PostAsync(new Uri(Host.Address, path), content);
        return (answer.StatusCode, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]);
    }
}
