using System.Text;
using CsCheck;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Providers.Tests;

public sealed class FormPartsTests
{
    [Fact]
    public void TryRead_OctetsThatAreNoUtf8_AreKept() =>
        Read("application/x-www-form-urlencoded", "a=caf%E9+%2b%zz%4").First("a")!.Value.ToArray().ShouldBe([.. "caf"u8, 0xE9, .. " +%zz%4"u8]);

    [Fact]
    public void TryRead_RepeatedNames_AreAllThere()
    {
        var form = Read("application/x-www-form-urlencoded", "a=1&&b&a=2");

        (form.All.Count, form.First("a")!.Text, form.Last("a")!.Text, form.First("b")!.Value.Length).ShouldBe((3, "1", "2", 0));
    }

    [Fact]
    public void TryRead_MoreFieldsThanAnybodySends_IsNoForm() =>
        FormParts.TryRead(Request("application/x-www-form-urlencoded", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a&", 2000))))).ShouldBeNull();

    [Theory]
    [InlineData("text/plain")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=x")]
    public void TryRead_NoForm_IsNull(string type) => FormParts.TryRead(Request(type, "a=1"u8.ToArray())).ShouldBeNull();

    [Fact]
    public void TryRead_AnyOctetsInAnyEncoding_ComeBack() => Gen.Byte.Array.Sample(octets =>
    {
        var encoded = string.Concat(octets.Select(o => $"%{o:X2}"));

        Read("application/x-www-form-urlencoded", $"a={encoded}").First("a")!.Value.ToArray().ShouldBe(octets);
    });

    private static FormParts Read(string type, string body) => FormParts.TryRead(Request(type, Encoding.UTF8.GetBytes(body)))!;

    private static CallbackRequest Request(string type, byte[] body) => new()
    {
        Method = "POST",
        Url = "https://x.test/",
        Route = "email-status",
        Headers = new Dictionary<string, StringValues> { ["Content-Type"] = type },
        Body = body,
    };
}
