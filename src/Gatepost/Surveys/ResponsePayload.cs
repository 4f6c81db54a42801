using System.Text.Json;
using Gatepost.Events;
using Gatepost.Organizations;

namespace Gatepost.Surveys;

/// <summary>The <c>survey.response_completed</c> event of a response.</summary>
internal static class ResponsePayload
{
    /// <param name="response">Completed.</param>
    public static WebhookEvent ToEvent(OrganizationRef organization, long surveySeq, SurveyResponse response)
    {
        var at = response.CompletedAt!.Value;
        var id = Guid.CreateVersion7(at);
        return new WebhookEvent
        {
            Organization = organization,
            Type = EventType.SurveyResponseCompleted,
            Id = id,
            Timestamp = at,
            SurveySeq = surveySeq,
            Payload = EventPayload.ForSurvey(response.SurveyId, EventType.SurveyResponseCompleted, id, at, response, WriteData),
        };
    }

    private static void WriteData(Utf8JsonWriter json, SurveyResponse response)
    {
        json.WriteStartObject();
        json.WriteString("responseId", response.Id);
        json.WriteString("completedAt", response.CompletedAt!.Value.ToText());
        json.WriteStartObject("answers");
        foreach (var (id, answer) in response.Answers)
            WriteAnswer(json, id, answer);
        json.WriteEndObject();
        json.WritePropertyName("embeddedData");
        response.EmbeddedData.WriteTo(json);
        json.WritePropertyName("metadata");
        response.Metadata.WriteTo(json);
        json.WriteEndObject();
    }

    private static void WriteAnswer(Utf8JsonWriter json, string id, Answer answer)
    {
        json.WriteStartObject(id);
        json.WritePropertyName("value");
        if (answer.Value is { } value)
            value.WriteTo(json);
        else
            json.WriteNullValue();
        json.WriteStartArray("choiceIds");
        foreach (var choice in answer.ChoiceIds)
            json.WriteStringValue(choice);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
