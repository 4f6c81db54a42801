using Gatepost.Messages;

namespace Gatepost.Tests.Messages;

public sealed class OutboundMessageInputTests
{
    private static readonly OutboundMessageInput Sms = new() { Channel = "sms", Provider = "twilio", ProviderMessageId = "SM1", To = "+447700900123" };

    [Theory]
    [InlineData("+44 7700 900-123")]
    [InlineData("447700900123")]
    [InlineData("00447700900123")]
    [InlineData("whatsapp:+447700900123")]
    public void ToMessage_PhoneNumber_IsE164(string to)
    {
        Faults(Sms with { To = to }).ShouldBeEmpty();

        (Sms with { To = to }).ToMessage(DateTimeOffset.UnixEpoch).To.ShouldBe("+447700900123");
    }

    [Fact]
    public void Check_Nothing_NamesEveryFault() => Faults(new OutboundMessageInput())
        .ShouldBe(["channel: required", "provider: required", "providerMessageId: required", "to: required"], ignoreOrder: true);

    [Fact]
    public void Check_WrongValues_NamesEveryFault() => Faults(new OutboundMessageInput
    {
        Channel = "email",
        Provider = "pigeon",
        ProviderMessageId = new string('x', 501),
        To = "Ada <ada@example.com>",
        From = "",
        TicketId = "1",
        SurveyId = "2",
        Reference = new string('x', 201),
    }).ShouldBe(
        ["provider: unknown_provider", "providerMessageId: too_long", "to: invalid_email", "from: too_short", "ticketId: invalid_uuid", "surveyId: invalid_uuid", "reference: too_long"],
        ignoreOrder: true);

    [Theory]
    [InlineData("07700900123")]
    [InlineData("12345")]
    [InlineData("+4477009001234567")]
    [InlineData("ada@example.com")]
    [InlineData("")]
    public void Check_NoPhoneNumber_IsRefused(string to) => Faults(Sms with { To = to }).ShouldBe(["to: invalid_phone"]);

    [Fact]
    public void Check_ProviderWithoutStatuses_IsRefused() => Faults(Sms with { Provider = "sendgrid-inbound" }).ShouldBe(["provider: unknown_provider"]);

    private static IEnumerable<string> Faults(OutboundMessageInput input)
    {
        var faults = new FaultList();
        input.Check(faults);
        return faults.Any ? [.. faults.ToProblem().Errors!.SelectMany(e => e.Value.Select(f => $"{e.Key}: {f.Code}"))] : [];
    }
}
