using Gatepost.Notifications;
using Gatepost.Organizations;

namespace Gatepost.Storage;

/// <summary>Notifications of an organization, and the mails of all organizations that wait for the SMTP server.</summary>
internal interface INotificationStore
{
    Task<Page<Notification>> ListAsync(OrganizationRef organization, PageRequest page, CancellationToken cancellation);

    /// <summary>Marks it read; the first time counts.</summary>
    Task<Result<Notification>> MarkReadAsync(OrganizationRef organization, Guid id, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Mails whose time has come, the longest due first.</summary>
    Task<IReadOnlyList<DueMail>> ReadDueMailsAsync(DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>The server took it, or it is given up. Unknown numbers are ignored.</summary>
    Task RemoveMailAsync(long seq, CancellationToken cancellation);

    /// <summary>It was not taken: counts the attempt.</summary>
    Task PostponeMailAsync(long seq, DateTimeOffset nextAttemptAt, CancellationToken cancellation);

    /// <summary>Removes the mails of notifications made before then.</summary>
    /// <returns>How many.</returns>
    Task<int> DropMailsAsync(DateTimeOffset createdBefore, CancellationToken cancellation);
}
