using Gatepost.Messages;

namespace Gatepost.Tests.Messages;

public sealed class MessageLookupTests
{
    [Theory]
    [InlineData("sendgrid", "14c5d75ce93.dfd.64b469", "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0")]
    [InlineData("sendgrid", "LRzXl_NHStOGhQ4kofSm_A", "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0")]
    [InlineData("sendgrid", "LRzXl_NHStOGhQ4kofSm_A", "LRzXl_NHStOGhQ4kofSm_A.recvd-5f7bd8c5b5-abcde-1-5F5FC76C-9.0")]
    [InlineData("ses", "<0100019a-1-000000@email.amazonses.com>", "0100019a-1-000000")]
    [InlineData("ses", "0100019a-1-000000@eu-west-1.amazonses.com", "0100019a-1-000000")]
    [InlineData("mailgun", "<20251009085310.1.ABCDEF@mg.example.com>", "20251009085310.1.ABCDEF@mg.example.com")]
    [InlineData("brevo", "<202510090853.1@smtp-relay.mailin.fr>", "<202510090853.1@smtp-relay.mailin.fr>")]
    [InlineData("postmark", "883953F4-6105-42a2-a16a-77a8eac79483", "<883953f4-6105-42a2-a16a-77a8eac79483@mtasv.net>")]
    [InlineData("vonage", "0a0000001234567b", "0A0000001234567B")]
    [InlineData("plivo", "DB3CE55A-7F1D-11E1-8EA7-1231380BC196", "db3ce55a-7f1d-11e1-8ea7-1231380bc196")]
    [InlineData("meta", " wamid.HBgB0001= ", "wamid.HBgB0001=")]
    [InlineData("generic", "<a@b.test>", "a@b.test")]
    public void Of_RegisteredAndCalledBack_AreTheSame(string provider, string registered, string calledBack) =>
        MessageLookup.Of(provider, registered).ShouldBe(MessageLookup.Of(provider, calledBack));

    [Theory]
    [InlineData("meta", "wamid.HBgB", "wamid.HBGB")]
    [InlineData("mailgun", "A@mg.example.com", "a@mg.example.com")]
    [InlineData("mailgun", "a@mg.example.com", "a@mg.example.org")]
    [InlineData("ses", "a@notamazonses.com", "a")]
    [InlineData("sendgrid", "14c5d75ce93", "14c5d75ce93.dfd.64b469.filter0001")]
    public void Of_AnotherMessage_IsAnother(string provider, string one, string other) =>
        MessageLookup.Of(provider, one).ShouldNotBe(MessageLookup.Of(provider, other));

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    [InlineData("<>")]
    public void Of_Nothing_IsNull(string? id) => MessageLookup.Of("ses", id).ShouldBeNull();
}
