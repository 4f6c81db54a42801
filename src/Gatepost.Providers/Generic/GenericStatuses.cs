namespace Gatepost.Providers.Generic;

/// <summary>The words are our own.</summary>
internal static class GenericStatuses
{
    private static readonly Dictionary<string, MessageStatus> Words =
        Enum.GetValues<MessageStatus>().ToDictionary(s => s.ToString(), StringComparer.OrdinalIgnoreCase);

    /// <param name="permanent">Of bounces and failures.</param>
    public static (MessageStatus Status, bool Terminal) Of(string word, bool permanent)
    {
        var status = Words.GetValueOrDefault(word);
        return (status, status switch
        {
            MessageStatus.Delivered or MessageStatus.Read or MessageStatus.Clicked or MessageStatus.Complained => true,
            MessageStatus.Bounced or MessageStatus.Failed => permanent,
            _ => false,
        });
    }
}
