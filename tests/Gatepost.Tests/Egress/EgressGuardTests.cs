using System.Net;
using System.Net.Sockets;
using CsCheck;
using Gatepost.Egress;
using Gatepost.Testing;

namespace Gatepost.Tests.Egress;

public sealed class EgressGuardTests
{
    private const string Public = "93.184.215.14";

    private static readonly string[] Starts = ["", "https://", "HTTPS://hooks.com", "https://hooks.com:", "https://[::1", "https://xn--", "https://127.0.0."];

    private static readonly Gen<char> OddCharacters =
        Gen.OneOf(Gen.Char, Gen.Char[" .:/@[]%#?\\0123456789xabcn-"], Gen.Char['\u2460', '\u24FF'], Gen.Char['\uD7F0', '\uE010']);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(new[] { "10.0.0.1" }, "10.0.0.1, a private address")]
    [InlineData(new[] { Public, "192.168.1.1" }, "192.168.1.1, a private address")]
    [InlineData(new[] { "::ffff:127.0.0.1" }, "a loopback address")]
    [InlineData(new[] { "2606:4700::1", "fe80::1" }, "fe80::1")]
    public async Task Check_NameWithOneDeniedAddress_IsRefusedNamingIt(string[] addresses, string said)
    {
        using var egress = TestEgress.Strict(new FakeResolver(addresses));

        var verdict = await egress.Guard.CheckAsync("https://hooks.com/", Token);

        verdict.Url.ShouldBeNull();
        verdict.Reason!.ShouldContain(said);
    }

    [Theory]
    [InlineData("http://hooks.com/", "AllowHttp")]
    [InlineData("https://localhost/", "AllowedHosts")]
    [InlineData("https://127.0.0.1/", "AllowedNetworks")]
    public async Task Check_WhatASettingWouldAllow_NamesTheSetting(string url, string setting)
    {
        using var egress = TestEgress.Strict(new FakeResolver([Public]));

        (await egress.Guard.CheckAsync(url, Token)).Reason!.ShouldContain($"Gatepost__Egress__{setting}");
    }

    [Theory]
    [InlineData(SocketError.HostNotFound)]
    [InlineData(SocketError.TryAgain)]
    [InlineData(SocketError.NoRecovery)]
    [InlineData(SocketError.NoData)]
    public async Task Check_NameThatDoesNotResolve_IsAcceptedWithWarning(SocketError error)
    {
        using var egress = TestEgress.Strict(new FakeResolver { Fails = error });

        var verdict = await egress.Guard.CheckAsync("https://hooks.com/", Token);

        verdict.Url.ShouldNotBeNull();
        verdict.Warning!.ShouldContain("hooks.com does not resolve");
    }

    [Fact]
    public async Task Check_ResolverThatHangs_IsAcceptedWithWarningAfterTwoSeconds()
    {
        using var egress = TestEgress.Strict(new FakeResolver { Hangs = true });
        var check = egress.Guard.CheckAsync("https://hooks.com/", Token).AsTask();
        await egress.Clock.TimerOf(TimeSpan.FromSeconds(2)).WaitAsync(Token);

        egress.Clock.Advance(TimeSpan.FromSeconds(2));

        (await check).Warning.ShouldNotBeNull();
    }

    [Fact]
    public async Task Check_CallerGivesUp_IsCancelled()
    {
        using var egress = TestEgress.Strict(new FakeResolver { Hangs = true });
        using var impatient = new CancellationTokenSource();
        var check = egress.Guard.CheckAsync("https://hooks.com/", impatient.Token).AsTask();

        await impatient.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(check);
    }

    [Theory]
    [InlineData("10.20.0.0/16", "10.20.3.4", true)]
    [InlineData("10.20.0.0/16", "::ffff:10.20.3.4", true)]
    [InlineData("10.20.0.0/16", "10.21.0.1", false)]
    [InlineData("fd12::/48", "fd12::1", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    public void IsAllowed_PrivateAddress_OnlyInAnAllowedNetwork(string network, string address, bool allowed)
    {
        using var egress = TestEgress.With(FakeResolver.ToLoopback(), new EgressOptions { AllowedNetworks = [network] });

        egress.Guard.IsAllowed(IPAddress.Parse(address), out _).ShouldBe(allowed);
    }

    [Fact]
    public void IsAllowed_AddressOfThisMachine_IsRefused()
    {
        using var egress = TestEgress.Strict(FakeResolver.ToLoopback());
        var own = new OwnAddresses(TimeProvider.System);

        own.Contains(IPAddress.Loopback).ShouldBeTrue();
        egress.Guard.IsAllowed(IPAddress.Loopback, out var kind).ShouldBeFalse();
        kind.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("receiver", "receiver", true)]
    [InlineData("*.svc", "hooks.svc", true)]
    [InlineData("*.svc", "svc", false)]
    [InlineData("*.svc", "hooks.xsvc.internal", false)]
    public async Task Check_InternalName_OnlyWhereTheHostIsAllowed(string pattern, string host, bool allowed)
    {
        var options = new EgressOptions { AllowedHosts = [pattern], AllowedNetworks = ["10.0.0.0/8"] };
        using var egress = TestEgress.With(new FakeResolver(["10.0.0.1"]), options);

        ((await egress.Guard.CheckAsync($"https://{host}/", Token)).Url is not null).ShouldBe(allowed);
    }

    [Fact]
    public async Task Check_AllowedHostAtPrivateAddress_IsStillRefused()
    {
        using var egress = TestEgress.With(new FakeResolver(["10.0.0.1"]), new EgressOptions { AllowedHosts = ["receiver"] });

        (await egress.Guard.CheckAsync("https://receiver/", Token)).Url.ShouldBeNull();
    }

    [Fact]
    public void WhyDenied_AnyIPv4_IsTheSameInItsMappedForm() => Gen.Byte.Array[4].Sample(bytes =>
    {
        var address = new IPAddress(bytes);

        AddressPolicy.WhyDenied(address.MapToIPv6()).ShouldBe(AddressPolicy.WhyDenied(address));
    });

    [Fact]
    public void WhyDenied_AnyIPv6OutsideGlobalUnicast_IsDenied() =>
        Gen.Byte.Array[16].Where(b => b[0] >> 5 != 1 && !new IPAddress(b).IsIPv4MappedToIPv6).Sample(bytes => AddressPolicy.WhyDenied(new IPAddress(bytes)).ShouldNotBeNull());

    [Fact]
    public void Parse_AnyText_NeverThrowsAndYieldsWhatItAcceptsAgain() =>
        Gen.Select(Gen.Int[0, Starts.Length - 1], Gen.String[OddCharacters, 0, 12]).Sample((start, rest) =>
        {
            var options = new EgressOptions();

            var parsed = TargetUrl.Parse(Starts[start] + rest, options);

            (parsed.Url is null).ShouldBe(parsed.Reason is not null);
            if (parsed.Url is { } url)
                TargetUrl.Parse(url.AbsoluteUri, options).Url.ShouldBe(url);
        });
}
