using System.Runtime.InteropServices;
using System.Text.Json;
using Gatepost.Organizations;

namespace Gatepost.Events;

/// <summary>An event as another system publishes it, read from JSON. Whatever is wrong with its values is collected, not thrown.</summary>
internal readonly record struct EventSubmission(EventType Type, Guid? Id, DateTimeOffset? Timestamp, Guid? SurveyId, JsonElement Data)
{
    /// <param name="path">Where it stands in the request, such as <c>events[3].</c>; empty for a single one.</param>
    /// <param name="faults">Gets every value that is not valid.</param>
    /// <returns>The problem of a request that cannot be read at all: unknown members, wrong types.</returns>
    public static Problem? Read(JsonElement json, string path, FaultList faults, out EventSubmission submission)
    {
        submission = default;
        if (json.ValueKind != JsonValueKind.Object)
            return Wrong(path.Length == 0 ? "the body" : path[..^1], "a JSON object");
        var reading = new Reading(path, faults);
        foreach (var member in json.EnumerateObject())
        {
            if (reading.Take(member) is { } problem)
                return problem;
        }

        reading.CheckTogether();
        submission = reading.ToSubmission();
        return null;
    }

    /// <summary>Renders the request body that every delivery sends.</summary>
    /// <param name="surveySeq">Of the survey, for survey events.</param>
    public WebhookEvent ToEvent(OrganizationRef organization, long? surveySeq, DateTimeOffset now)
    {
        var id = Id ?? Guid.CreateVersion7(now);
        var timestamp = Timestamp ?? now;
        return new WebhookEvent
        {
            Organization = organization,
            Type = Type,
            Id = id,
            Timestamp = timestamp,
            SurveySeq = surveySeq,
            Payload = SurveyId is { } survey
                ? EventPayload.ForSurvey(survey, Type, id, timestamp, Data, WriteData)
                : EventPayload.ForOrganization(organization.Id, Type, id, timestamp, Data, WriteData),
        };
    }

    // The publisher's own text: numbers keep their digits, strings their escapes.
    private static void WriteData(Utf8JsonWriter json, JsonElement data) => json.WriteRawValue(JsonMarshal.GetRawUtf8Value(data), skipInputValidation: true);

    private static Problem Wrong(string member, string expected) => new(ProblemKind.Malformed, "wrong_type", $"{member} must be {expected}.");

    private struct Reading(string path, FaultList faults)
    {
        private EventType type;
        private bool typeGiven;
        private Guid? id;
        private DateTimeOffset? timestamp;
        private Guid? surveyId;
        private JsonElement data;

        public Problem? Take(JsonProperty member)
        {
            var value = member.Value;
            if (member.NameEquals("data"u8))
            {
                data = value;
                return value.ValueKind == JsonValueKind.Object ? null : Wrong(path + "data", "a JSON object");
            }

            var isType = member.NameEquals("eventType"u8);
            if (!isType && !member.NameEquals("eventId"u8) && !member.NameEquals("timestamp"u8) && !member.NameEquals("surveyId"u8))
                return new Problem(ProblemKind.Malformed, "unknown_member", $"{path}{member.Name} is not a known member here. Remove it or correct its spelling.");
            if (value.ValueKind == JsonValueKind.Null && !isType)
                return null;
            if (value.ValueKind != JsonValueKind.String)
                return Wrong(path + member.Name, "a string");
            try
            {
                TakeText(member, value);
                return null;
            }
            catch (InvalidOperationException)
            {
                // Half of a surrogate pair: the parser does not look into texts that nobody reads.
                return Wrong(path + member.Name, "a text of whole Unicode characters");
            }
        }

        private void TakeText(JsonProperty member, JsonElement value)
        {
            if (member.NameEquals("eventType"u8))
                TakeType(value.GetString());
            else if (member.NameEquals("timestamp"u8))
                TakeTimestamp(value.GetString());
            else if (!value.TryGetGuid(out var uuid))
                faults.Add(path + member.Name, "invalid_id", $"{path}{member.Name} must be a UUID.");
            else if (member.NameEquals("eventId"u8))
                id = uuid;
            else
                surveyId = uuid;
        }

        private void TakeType(string? name)
        {
            typeGiven = true;
            if (!EventTypes.TryParse(name, out type) || type == EventType.WebhookTest)
            {
                type = default;
                faults.Add(path + "eventType", "unknown_event_type", "This is no event type that can be published; GET /v1/event-types lists them.");
            }
        }

        private void TakeTimestamp(string? text)
        {
            if (Instant.TryParse(text, out var instant))
                timestamp = instant;
            else
                faults.Add(path + "timestamp", "invalid_instant", $"{path}timestamp must be an instant such as 2025-01-15T10:30:00.000Z.");
        }

        public readonly void CheckTogether()
        {
            if (!typeGiven)
                faults.Add(path + "eventType", "required", $"{path}eventType is required.");
            if (type == EventType.SurveyResponseCompleted && surveyId is null)
                faults.Add(path + "surveyId", "required", $"{path}surveyId is required for survey events.");
            if (type.IsOfTickets() && surveyId is not null)
                faults.Add(path + "surveyId", "not_allowed", $"{path}surveyId belongs to survey events only.");
            if (data.ValueKind == JsonValueKind.Undefined)
                faults.Add(path + "data", "required", $"{path}data is required.");
            else if (type != default)
                EventCatalog.Of(type).Data.Check(data, faults, path + "data");
        }

        public readonly EventSubmission ToSubmission() => new(type, id, timestamp, surveyId, data);
    }
}
