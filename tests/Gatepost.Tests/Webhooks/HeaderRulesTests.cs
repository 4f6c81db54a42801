using CsCheck;
using Gatepost.Webhooks;

namespace Gatepost.Tests.Webhooks;

public sealed class HeaderRulesTests
{
    [Theory]
    [InlineData("Authorization", "Bearer abc")]
    [InlineData("X-Tenant", "")]
    [InlineData("X-Tenant", "a\tb c~!")]
    [InlineData("!#$%&'*+-.^_`|~09azAZ", "v")]
    [InlineData("Hosting", "v")]
    [InlineData("Accept-Encoding", "identity")]
    public void Check_OrdinaryHeader_IsTaken(string name, string value) => Codes(name, value).ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("X Tenant")]
    [InlineData("X:Tenant")]
    [InlineData("X-Tenant\r\nEvil")]
    [InlineData("X-Tän")]
    public void Check_NoToken_IsRefused(string name) => Codes(name, "v").ShouldBe(["invalid_header_name"]);

    [Theory]
    [InlineData("a\r\nEvil: 1")]
    [InlineData("a\0b")]
    [InlineData("a\x1f")]
    [InlineData("a\x7f")]
    [InlineData("é")]
    [InlineData(" a")]
    [InlineData("a\t")]
    public void Check_ValueThatWouldNotArriveAsIs_IsRefused(string value) => Codes("X-Tenant", value).ShouldBe(["invalid_header_value"]);

    [Theory]
    [InlineData("Host")]
    [InlineData("hOST")]
    [InlineData("Content-Type")]
    [InlineData("content-length")]
    [InlineData("User-Agent")]
    [InlineData("Date")]
    [InlineData("Expect")]
    [InlineData("Cookie")]
    [InlineData("Forwarded")]
    [InlineData("Via")]
    [InlineData("traceparent")]
    [InlineData("TraceState")]
    [InlineData("Connection")]
    [InlineData("Keep-Alive")]
    [InlineData("TE")]
    [InlineData("Trailer")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Upgrade")]
    [InlineData("Proxy-Authorization")]
    [InlineData("Proxy-Connection")]
    [InlineData("X-Webhook-Signature")]
    [InlineData("webhook-id")]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Amz-Security-Token")]
    [InlineData("X-AWS-EC2-Metadata-Token")]
    [InlineData("X-Goog-Metadata-Request")]
    [InlineData("X-Azure-Ref")]
    [InlineData("Metadata-Flavor")]
    [InlineData("Sec-Fetch-Mode")]
    public void Check_ForbiddenName_IsRefused(string name) => Codes(name, "v").ShouldBe(["forbidden_header"]);

    [Fact]
    public void Check_ValueLength_HasBound()
    {
        Codes("X-A", new string('v', 4_096)).ShouldBeEmpty();
        Codes("X-A", new string('v', 4_097)).ShouldBe(["too_long"]);
    }

    [Fact]
    public void Check_NullValue_IsForChangesOnly()
    {
        Codes("X-A", null).ShouldBe(["required"]);
        Codes("X-A", null, isNew: false).ShouldBeEmpty();
    }

    [Fact]
    public void Check_NamesDifferingInCase_AreDuplicates() =>
        Codes(new Dictionary<string, string?> { ["X-A"] = "1", ["x-a"] = "2" }).ShouldBe(["duplicate"]);

    [Fact]
    public void Merge_ChangesOfAnyCase_ReplaceAddAndRemove()
    {
        KeyValuePair<string, string>[] present = [new("X-A", "1"), new("X-B", "2"), new("X-C", "3")];

        var merged = CustomHeaders.Merge(present, new Dictionary<string, string?> { ["x-b"] = null, ["x-a"] = "9", ["X-D"] = "4", ["X-None"] = null });

        merged.ShouldBe([new("x-a", "9"), new("X-C", "3"), new("X-D", "4")]);
    }

    [Fact]
    public void CheckTogether_TheWholeSet_HasBounds()
    {
        Together(Headers(32, 100)).ShouldBeEmpty();
        Together(Headers(33, 100)).ShouldBe(["too_many"]);
        Together(Headers(4, 4_096 - 2)).ShouldBeEmpty();
        Together(Headers(5, 4_096)).ShouldBe(["too_large"]);
    }

    [Fact]
    public void Check_AnyAcceptedValue_HasNoControlCharacter() =>
        Gen.String.Sample(value => Codes("X-A", value).Length > 0 || value.All(c => c is '\t' or (>= ' ' and <= '~')));

    private static Dictionary<string, string?> Headers(int count, int length) =>
        Enumerable.Range(10, count).ToDictionary(i => $"{i}", _ => (string?)new string('v', length));

    private static string[] Codes(string name, string? value, bool isNew = true) => Codes(new Dictionary<string, string?> { [name] = value }, isNew);

    private static string[] Codes(Dictionary<string, string?> headers, bool isNew = true) =>
        CodesOf(faults => HeaderRules.Check(headers, isNew, faults));

    private static string[] Together(Dictionary<string, string?> headers) =>
        CodesOf(faults => CustomHeaders.CheckTogether(CustomHeaders.Merge([], headers), faults));

    private static string[] CodesOf(Action<FaultList> check)
    {
        var faults = new FaultList();
        check(faults);
        return faults.Any ? [.. faults.ToProblem().Errors!.SelectMany(e => e.Value).Select(f => f.Code)] : [];
    }
}
