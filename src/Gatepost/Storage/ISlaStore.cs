using Gatepost.Organizations;
using Gatepost.Tickets;

namespace Gatepost.Storage;

/// <summary>SLA policies, and the clocks that are due.</summary>
internal interface ISlaStore
{
    /// <returns>Null until one was put.</returns>
    Task<SlaPolicy?> FindPolicyAsync(OrganizationRef organization, CancellationToken cancellation);

    /// <summary>
    /// Tickets made or changed from now on follow it; the clocks of open tickets are made due, so that the next ticks fit them to
    /// it. Long lists take several transactions: a call that did not complete must be repeated.
    /// </summary>
    /// <returns>False when the organization is gone.</returns>
    Task<bool> PutPolicyAsync(OrganizationRef organization, SlaPolicy policy, DateTimeOffset now, CancellationToken cancellation);

    /// <returns>When the next clock is due; null when none will be.</returns>
    Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellation);

    /// <summary>Ticks the clocks that are due and appends the events they raise, in one transaction.</summary>
    /// <returns>How many clocks were ticked; fewer than the limit means that no more were due.</returns>
    Task<int> TickAsync(DateTimeOffset now, int limit, CancellationToken cancellation);
}
