namespace Gatepost.Storage.Sql;

/// <summary>What becomes of a claimed delivery whose cancellation was asked for, unless its attempt has begun.</summary>
internal static class Cancellation
{
    /// <summary>SQL of its state: canceled, or what it was before a person or a recover job set it going again.</summary>
    public const string Status = "coalesce(nullif(resume_status, 0), 5)";

    /// <summary>After the commit the lanes let go of those that wait in them, on whatever node.</summary>
    public static void Tell(WriteSession session, IDeliveryHandover handover, long webhookSeq, IReadOnlyCollection<long> deliveries)
    {
        session.CancelAsked(webhookSeq, deliveries);
        session.AfterCommit(() => handover.Cancel(webhookSeq, deliveries));
    }
}
