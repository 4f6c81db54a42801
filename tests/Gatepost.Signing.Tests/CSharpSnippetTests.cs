using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Gatepost.Signing.Tests;

public sealed class CSharpSnippetTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Page_CSharp_IsWhatIsCompiled()
    {
        var shown = Documentation.Source("CSharpSnippet.cs").Split("        // ---\n")[1].TrimEnd();

        Documentation.Snippet("csharp").ShouldBe(string.Join('\n', shown.Split('\n').Select(l => l.Length > 8 ? l[8..] : "")));
    }

    [Theory]
    [InlineData(SignatureVectors.Body, SignatureVectors.Signature, HttpStatusCode.NoContent)]
    [InlineData(SignatureVectors.Body + " ", SignatureVectors.Signature, HttpStatusCode.Unauthorized)]
    [InlineData(SignatureVectors.Body, null, HttpStatusCode.Unauthorized)]
    public async Task Receiver_OfThePage_TakesSignedBodiesOnly(string body, string? signature, HttpStatusCode status)
    {
        var seen = new List<byte[]>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        CSharpSnippet.Map(app, ["the secret of next week", SignatureVectors.Secret], (bytes, _) => seen.Add(bytes));
        await app.StartAsync(Token);

        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, app.Urls.Single() + "/hook") { Content = new StringContent(body) };
        request.Headers.Add(WebhookSignature.Header, signature);
        using var response = await client.SendAsync(request, Token);

        response.StatusCode.ShouldBe(status);
        seen.ConvertAll(Encoding.UTF8.GetString).ShouldBe(status == HttpStatusCode.NoContent ? [body] : []);
    }
}
