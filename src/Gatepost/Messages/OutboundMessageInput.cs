using System.Text.RegularExpressions;
using Gatepost.Providers;

namespace Gatepost.Messages;

/// <summary>What a client sends to register a message.</summary>
/// <remarks>Not yet checked.</remarks>
internal sealed partial record OutboundMessageInput
{
    private const int MaxId = 500;
    private const int MaxFrom = 320;
    private const int MaxReference = 200;

    public string? Channel { get; init; }

    /// <summary>Who it was sent with.</summary>
    public string? Provider { get; init; }

    /// <summary>What the provider's send call answered, 1-500 characters.</summary>
    public string? ProviderMessageId { get; init; }

    /// <summary>An e-mail address, or a phone number with its country code.</summary>
    public string? To { get; init; }

    /// <summary>1-320 characters.</summary>
    public string? From { get; init; }

    /// <summary>A UUID.</summary>
    public string? TicketId { get; init; }

    /// <summary>A UUID.</summary>
    public string? SurveyId { get; init; }

    /// <summary>An id of your own that the provider echoes, 1-200 characters.</summary>
    public string? Reference { get; init; }

    /// <summary>All faults at once.</summary>
    public void Check(FaultList faults)
    {
        if (Channel is null)
            faults.Add("channel", "required", $"channel is required: one of {MessageChannels.AllNames}.");
        else if (MessageChannels.Parse(Channel) is null)
            faults.Add("channel", "unknown_channel", $"channel must be one of {MessageChannels.AllNames}.");
        if (Provider is null)
            faults.Add("provider", "required", $"provider is required: one of {MessageProviders.AllNames}.");
        else if (!MessageProviders.All.Contains(Provider, StringComparer.Ordinal))
            faults.Add("provider", "unknown_provider", $"provider must be one of {MessageProviders.AllNames}.");
        faults.CheckLength("providerMessageId", ProviderMessageId, 1, MaxId);
        if (ProviderMessageId?.Trim() == "<>")
            faults.Add("providerMessageId", "too_short", "providerMessageId holds nothing between its angle brackets.");
        CheckTo(faults);
        faults.CheckLength("from", From, 1, MaxFrom, required: false);
        CheckId("ticketId", TicketId, faults);
        CheckId("surveyId", SurveyId, faults);
        faults.CheckLength("reference", Reference, 1, MaxReference, required: false);
    }

    /// <summary>Only after <see cref="Check"/> found nothing.</summary>
    public OutboundMessage ToMessage(DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Channel = MessageChannels.Parse(Channel)!.Value,
        Provider = Provider!,
        ProviderMessageId = ProviderMessageId!.Trim(),
        To = Recipient(MessageChannels.Parse(Channel)!.Value, To!),
        From = From,
        TicketId = TicketId is null ? null : Guid.Parse(TicketId),
        SurveyId = SurveyId is null ? null : Guid.Parse(SurveyId),
        Reference = Reference,
        Status = StatusModel.Initial,
        CreatedAt = now,
        UpdatedAt = now,
    };

    private void CheckTo(FaultList faults)
    {
        if (To is null)
            faults.Add("to", "required", "to is required: an e-mail address or a phone number.");
        else if (MessageChannels.Parse(Channel) is not { } channel)
            return; // which of the two it must be cannot be said
        else if (channel == CallbackChannel.Email && !EmailAddresses.IsValid(To))
            faults.Add("to", "invalid_email", "to must be one plain address, such as ada@example.com.");
        else if (channel != CallbackChannel.Email && !E164().IsMatch(Recipient(channel, To)))
            faults.Add("to", "invalid_phone", "to must be a phone number with its country code, such as +447700900123.");
    }

    private static void CheckId(string field, string? id, FaultList faults)
    {
        if (id is not null && !Guid.TryParseExact(id, "D", out _))
            faults.Add(field, "invalid_uuid", $"{field} must be a UUID, such as 0190a5c8-7e8f-7c2e-9d3b-2f6f3f3f3f3f.");
    }

    // Callbacks bring E.164; people write numbers with blanks and hyphens.
    private static string Recipient(CallbackChannel channel, string to) =>
        channel == CallbackChannel.Email ? to : PhoneNumber.Normalize(Separators().Replace(to, "")) ?? "";

    [GeneratedRegex(@"[ ().\u00a0-]", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}\z", RegexOptions.CultureInvariant)]
    private static partial Regex E164();
}
