using System.Text.Json;
using Gatepost.Providers;
using Gatepost.Providers.Ses;
using Gatepost.Testing;
using Gatepost.Testing.Vectors;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>Every vector through the real HTTP route, with its credentials, public URL, clock and what was seen before.</summary>
public sealed class VectorRouteTests(VectorHost host) : IClassFixture<VectorHost>
{
    public static TheoryData<string> Vectors => [.. VectorFolders.Find(Vector.Below).Select(v => v.Path)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public Task Receive_Vector_GivesWhatIsExpected(string path)
    {
        var vector = Vector.TryRead(path)!;
        return vector.Type switch
        {
            "request" => ReceiveAsync(vector),
            "scenario" => ReceiveInOrderAsync(vector),
            "table" => JudgeAsync(vector),
            var type => throw new InvalidOperationException($"{path}: the type {type} is unknown."),
        };
    }

    private async Task ReceiveAsync(Vector vector)
    {
        var account = await host.NewAccountAsync(vector);
        var request = vector.Requests()[0];
        if (await WasSeenAsync(vector, request))
            await host.SendAsync(account, request);

        var answer = await host.SendAsync(account, request);

        answer.Status.ShouldBe(vector.Expect.GetProperty("httpStatus").GetInt32(), vector.Path);
        if (vector.Expect.GetProperty("valid").GetBoolean())
            await CheckAsync(vector, account, answer);
    }

    private async Task ReceiveInOrderAsync(Vector vector)
    {
        await host.UseNewOrganizationAsync();
        var account = await host.NewAccountAsync(vector);
        var requests = vector.Requests();

        for (var i = 0; i < requests.Count; i++)
        {
            (await host.SendAsync(account, requests[i])).Status.ShouldBe(At(vector, "httpStatus", i).GetInt32(), vector.Path);
            if (vector.Expect.TryGetProperty("newEvents", out var expected) && At(vector, "valid", i).GetBoolean())
                (await NewEffectsAsync(account)).ShouldBe(expected[i].GetInt32(), $"{vector.Path}, step {i}");
        }
    }

    /// <summary>The rows are for a pure function: nothing is sent.</summary>
    private static Task JudgeAsync(Vector vector)
    {
        vector.Scheme.ShouldBe("sns", $"{vector.Path}: nobody knows what its rows are for");
        foreach (var row in vector.Json.GetProperty("rows").EnumerateArray())
            SnsUrls.IsSigningCertificate(row.Text("url")!).ShouldBe(row.GetProperty("allowed").GetBoolean(), row.GetRawText());
        return Task.CompletedTask;
    }

    private async Task CheckAsync(Vector vector, VectorAccount account, RawAnswer answer)
    {
        var expect = vector.Expect;
        if (expect.Member("response") is { } response)
        {
            if (response.Text("body") is { } body)
                answer.Body.ShouldBe(body);
            if (response.Text("bodyContains") is { } part)
                answer.Body.ShouldContain(part);
            if (response.Text("contentType") is { } type)
                answer.Headers["Content-Type"].ShouldStartWith(type);
        }

        if (expect.Member("signatureOnly")?.GetBoolean() == true || vector.Scheme == "meta-handshake" || vector.Json.Text("method") == "HEAD" || expect.Text("action") == "confirm-subscription" || await WasSeenAsync(vector, vector.Requests()[0]))
            return;
        var stored = await host.NewestAsync(account);
        if (expect.Member("unparsed")?.GetBoolean() == true)
            stored.Text("status").ShouldBe("unparsed", vector.Path);
        else if (expect.Member("events") is { } events)
            VectorEvents.Compare(events, stored.GetProperty("events").EnumerateArray()).ShouldBeEmpty($"{vector.Path}: {stored.Text("status")} {stored.Text("reason")}");
    }

    private async Task<int> NewEffectsAsync(VectorAccount account) =>
        (await host.NewestAsync(account)).GetProperty("effects").EnumerateArray().Count(e => e.Text("kind") is not ("duplicate" or "ignored"));

    private static async Task<bool> WasSeenAsync(Vector vector, CallbackRequest request)
    {
        if (vector.Json.Member("state") is not { } state)
            return false;
        var context = new CallbackContext { Credentials = vector.Credentials(), Now = vector.Now ?? DateTimeOffset.UnixEpoch };
        var verification = await ProviderCatalog.Find(vector.Account, vector.Route)!.VerifyAsync(request, context, CancellationToken.None);
        return verification.Replay is { } guard && state.EnumerateObject().Any(l => l.Value.EnumerateArray().Any(s => guard.Key.Contains(s.GetString()!, StringComparison.Ordinal)));
    }

    private static JsonElement At(Vector vector, string member, int step)
    {
        var value = vector.Expect.GetProperty(member);
        return value.ValueKind == JsonValueKind.Array ? value[step] : value;
    }
}
