namespace Gatepost.Providers.Messagebird;

internal static class BirdChannels
{
    /// <param name="eventType">Such as <c>whatsapp.delivered</c>.</param>
    public static CallbackChannel Read(string eventType) => eventType.Split('.', '_')[0] switch
    {
        "whatsapp" => CallbackChannel.WhatsApp,
        "email" => CallbackChannel.Email,
        _ => CallbackChannel.Sms,
    };
}
