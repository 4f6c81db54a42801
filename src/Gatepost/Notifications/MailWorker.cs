using Gatepost.Deliveries;
using Gatepost.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Gatepost.Notifications;

/// <summary>Hands waiting mails to the SMTP server. A mail leaves the table only after the server took it, or after three days.</summary>
internal sealed partial class MailWorker(INotificationStore store, IOptions<SmtpOptions> options, ShardMap shards, TimeProvider clock, ILogger<MailWorker> logger)
    : BackgroundService
{
    private const int BatchSize = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                if (shards.IsFirst)
                    await TryRunAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: what was not taken is offered again after the start.
        }
    }

    /// <summary>Offers the mails that are due now, oldest first.</summary>
    /// <returns>How many the server took.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellation)
    {
        // Mails are queued only while SMTP is on; these are left from before it was switched off, or never got through.
        var dropped = await store.DropMailsAsync(clock.GetInstant() - MailRetryPolicy.GiveUpAfter, cancellation).ConfigureAwait(false);
        if (dropped > 0)
            Log.Dropped(logger, dropped);
        if (!options.Value.IsOn)
            return 0;
        var due = await store.ReadDueMailsAsync(clock.GetInstant(), BatchSize, cancellation).ConfigureAwait(false);
        if (due.Count == 0)
            return 0;
        using var session = new SmtpSession(options.Value, clock);
        var taken = 0;
        foreach (var mail in due)
        {
            if (await OfferAsync(session, mail, cancellation).ConfigureAwait(false))
                taken++;
        }

        await session.QuitAsync(cancellation).ConfigureAwait(false);
        return taken;
    }

    private async Task<bool> OfferAsync(SmtpSession session, DueMail mail, CancellationToken cancellation)
    {
        if (MailMessage.Of(mail, MailboxAddress.Parse(options.Value.From!)) is not { } message)
        {
            Log.NoAddress(logger, mail.NotificationId);
            await store.RemoveMailAsync(mail.Seq, cancellation).ConfigureAwait(false);
            return false;
        }

        var fault = await session.ConnectAsync(cancellation).ConfigureAwait(false)
            ?? await session.SendAsync(message, cancellation).ConfigureAwait(false);
        if (fault is null)
            await store.RemoveMailAsync(mail.Seq, cancellation).ConfigureAwait(false);
        else
            await PostponeAsync(mail, fault, cancellation).ConfigureAwait(false);
        return fault is null;
    }

    private async Task PostponeAsync(DueMail mail, string fault, CancellationToken cancellation)
    {
        if (MailRetryPolicy.Next(mail.AttemptCount + 1, mail.CreatedAt, clock.GetInstant()) is { } next)
        {
            Log.Failed(logger, mail.NotificationId, next, fault);
            await store.PostponeMailAsync(mail.Seq, next, cancellation).ConfigureAwait(false);
            return;
        }

        Log.GaveUp(logger, mail.NotificationId, fault);
        await store.RemoveMailAsync(mail.Seq, cancellation).ConfigureAwait(false);
    }

    private async Task TryRunAsync(CancellationToken cancellation)
    {
        try
        {
            await RunOnceAsync(cancellation).ConfigureAwait(false);
        }
        catch (StorageUnavailableException e)
        {
            Log.Unavailable(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The mail of notification {NotificationId} was not taken and is offered again at {Next}: {Fault}")]
        public static partial void Failed(ILogger logger, Guid notificationId, DateTimeOffset next, string fault);

        [LoggerMessage(Level = LogLevel.Error, Message = "The mail of notification {NotificationId} was not taken for three days and is given up: {Fault}")]
        public static partial void GaveUp(ILogger logger, Guid notificationId, string fault);

        [LoggerMessage(Level = LogLevel.Warning, Message = "An admin to be told of notification {NotificationId} has no usable mail address")]
        public static partial void NoAddress(ILogger logger, Guid notificationId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} mails older than three days were dropped; their notifications stay in the list")]
        public static partial void Dropped(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Mails cannot be read from the database now")]
        public static partial void Unavailable(ILogger logger, Exception e);
    }
}
