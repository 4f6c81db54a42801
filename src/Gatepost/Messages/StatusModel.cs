using Gatepost.Providers;

namespace Gatepost.Messages;

/// <summary>One thing that was heard of a message, as far as its status depends on it.</summary>
/// <param name="Terminal">Of failures: the provider has given up.</param>
/// <param name="At">When it happened, or was received where the provider gives no time.</param>
internal readonly record struct StatusFact(MessageStatus Status, bool Terminal, DateTimeOffset At);

/// <summary>
/// Computes a message's status from everything that was heard of it. Providers neither keep the order nor always give times, so only
/// what was said counts, never when: the highest rank wins.
/// </summary>
internal static class StatusModel
{
    /// <summary>The provider has taken a message that it gave an id to.</summary>
    public const MessageStatus Initial = MessageStatus.Accepted;

    /// <returns>The instant is when it first came to that status; null when nothing that counts was heard.</returns>
    public static (MessageStatus Status, DateTimeOffset? At) Compute(IEnumerable<StatusFact> facts)
    {
        var (status, rank, at) = (Initial, 0, (DateTimeOffset?)null);
        foreach (var fact in facts)
        {
            var its = Rank(fact.Status, fact.Terminal);
            if (its > rank)
                (status, rank, at) = (fact.Status, its, fact.At);
            else if (its == rank && its > 0 && fact.At < at)
                at = fact.At;
        }

        return (status, at);
    }

    // No two pairs share a rank but those that mean the same: else the order of arrival would decide.
    private static int Rank(MessageStatus status, bool terminal) => status switch
    {
        MessageStatus.Accepted => 10,
        MessageStatus.Queued => 20,
        MessageStatus.Deferred => 25,
        MessageStatus.Sent => 30,
        // It may still arrive.
        MessageStatus.Failed when !terminal => 35,
        MessageStatus.Bounced when !terminal => 36,
        // A contradiction where both are told, as by WhatsApp for several devices: who has received it has received it.
        MessageStatus.Failed => 40,
        MessageStatus.Delivered => 50,
        MessageStatus.Read => 60,
        MessageStatus.Clicked => 70,
        // Out of band: another server took it first, and gave it back.
        MessageStatus.Bounced => 80,
        MessageStatus.Complained => 90,
        // Unknown words say nothing, and unsubscribing is about the recipient.
        _ => 0,
    };
}
