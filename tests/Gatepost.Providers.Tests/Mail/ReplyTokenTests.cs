using CsCheck;
using Gatepost.Providers.Mail;

namespace Gatepost.Providers.Tests.Mail;

public sealed class ReplyTokenTests
{
    private static readonly Gen<string> Tickets = Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789-"].Array[1, 40].Select(c => new string(c));

    [Fact]
    public void Create_KnownKey_GivesTheDocumentedToken() => ReplyToken.Create("1042", "inbound-reply-key-01").ShouldBe("1042.mqw5ankqhogmg");

    [Fact]
    public void Address_LongestTicket_FitsAMailbox() => ReplyToken.Address(new string('9', 40), "x.test", "k").Split('@')[0].Length.ShouldBeLessThanOrEqualTo(64);

    [Fact]
    public void TryVerify_OwnTokenInAnyCase_NamesTheTicket() => Gen.Select(Tickets, Gen.String, Gen.String).Sample((ticket, key, other) =>
    {
        var token = ReplyToken.Create(ticket, key);

        ReplyToken.TryVerify(token, [other, key], out var found).ShouldBeTrue();
        ReplyToken.TryVerify(token.ToUpperInvariant(), [key], out _).ShouldBeTrue();
        found.ShouldBe(ticket);
    });

    [Fact]
    public void TryVerify_OneCharacterChanged_IsRefused() => Gen.Select(Tickets, Gen.Int[0, 1000], Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789.-+"]).Sample((ticket, at, c) =>
    {
        var token = ReplyToken.Create(ticket, "key").ToCharArray();
        if (token[at % token.Length] == c || (token[at % token.Length] == '.' && c == '-'))
            return;
        token[at % token.Length] = c;

        ReplyToken.TryVerify(new string(token), ["key"], out _).ShouldBeFalse();
    });

    [Fact]
    public void TryVerify_AnyText_DoesNotThrow() => Gen.String.Sample(text =>
    {
        ReplyToken.TryVerify(text, ["key"], out _).ShouldBeFalse();
        MessageToken.TryVerifyMessageId(text, ["key"], out _).ShouldBeFalse();
        MessageToken.TryVerifyBounce($"bounce+{text}", ["key"], out _).ShouldBeFalse();
    });

    [Fact]
    public void TryVerify_OwnMessage_NamesIt()
    {
        var id = MessageToken.MessageId("1042", "77", "mail.example.com", "inbound-reply-key-01");
        var address = MessageToken.BounceAddress("1042", "77", "x.test", "inbound-reply-key-01");

        id.ShouldBe("t1042.m77.a7390e23a0162ff8@mail.example.com");
        MessageToken.TryVerifyMessageId($"<{id}>", ["inbound-reply-key-01"], out var message).ShouldBeTrue();
        MessageToken.TryVerifyBounce(address.Split('@')[0], ["inbound-reply-key-01"], out _).ShouldBeTrue();
        message.ShouldBe(new SignedMessage("1042", "77"));
    }
}
