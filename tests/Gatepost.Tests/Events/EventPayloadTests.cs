using System.Text;
using System.Text.Json;
using Gatepost.Events;

namespace Gatepost.Tests.Events;

public sealed class EventPayloadTests
{
    private static readonly Guid Owner = Guid.Parse("01946870-1b2c-7d3e-8f40-5a6b7c8d9e0f");
    private static readonly Guid Id = Guid.Parse("0194687b-3c20-7e91-b5d8-7c4a2f6e1d03");
    private static readonly DateTimeOffset Timestamp = new(2025, 1, 15, 12, 30, 0, TimeSpan.FromHours(2));

    [Fact]
    public void ForOrganization_Envelope_IsExactlyTheContract() =>
        Encoding.UTF8.GetString(EventPayload.ForOrganization(Owner, EventType.TicketCreated, Id, Timestamp, "Grüße <b>", WriteText)).ShouldBe(
            """{"organizationId":"01946870-1b2c-7d3e-8f40-5a6b7c8d9e0f","eventType":"ticket.created","eventId":"0194687b-3c20-7e91-b5d8-7c4a2f6e1d03","timestamp":"2025-01-15T10:30:00.000Z","data":{"text":"Grüße <b>"}}""");

    [Fact]
    public void ForSurvey_Envelope_IsExactlyTheContract() =>
        Encoding.UTF8.GetString(EventPayload.ForSurvey(Owner, EventType.SurveyResponseCompleted, Id, Timestamp.AddMilliseconds(7), "x", WriteText)).ShouldBe(
            """{"surveyId":"01946870-1b2c-7d3e-8f40-5a6b7c8d9e0f","eventType":"survey.response_completed","eventId":"0194687b-3c20-7e91-b5d8-7c4a2f6e1d03","timestamp":"2025-01-15T10:30:00.007Z","data":{"text":"x"}}""");

    [Fact]
    public void ForOrganization_AfterAWriterThatThrew_StartsAnew()
    {
        Should.Throw<InvalidOperationException>(() =>
            EventPayload.ForOrganization(Owner, EventType.TicketCreated, Id, Timestamp, "x", (_, _) => throw new InvalidOperationException()));

        var body = EventPayload.ForOrganization(Owner, EventType.TicketCreated, Id, Timestamp, "x", WriteText);

        JsonElement.Parse(body).GetProperty("data").GetProperty("text").GetString().ShouldBe("x");
    }

    private static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("text", text);
        json.WriteEndObject();
    }
}
