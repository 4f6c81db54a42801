namespace Gatepost.Notifications;

/// <summary>When a mail that the server did not take is offered again: quickly at first, for three days at most.</summary>
internal static class MailRetryPolicy
{
    /// <summary>Older mails are dropped: the notification itself stays in the list.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(3);

    private static readonly TimeSpan[] Delays =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(4)];

    /// <param name="attempts">Made so far, the one that just failed included.</param>
    /// <returns>Null to give up.</returns>
    public static DateTimeOffset? Next(int attempts, DateTimeOffset createdAt, DateTimeOffset now)
    {
        var next = now + Delays[Math.Clamp(attempts - 1, 0, Delays.Length - 1)];
        return next - createdAt > GiveUpAfter ? null : next;
    }
}
