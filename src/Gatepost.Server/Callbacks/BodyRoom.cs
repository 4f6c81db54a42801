using System.Threading.RateLimiting;
using Gatepost.Callbacks;
using Gatepost.Providers;
using Gatepost.Providers.AspNetCore;
using Gatepost.Server.Api;
using Microsoft.Extensions.Options;

namespace Gatepost.Server.Callbacks;

/// <summary>
/// The memory that large bodies may take until they are answered: whoever knows a callback URL can send them, and nothing is verified
/// before all is there. A burst waits its turn for a moment, because some senders never repeat; then it is sent away to come again.
/// One account gets half of it, so that whoever floods one does not shut out the others.
/// </summary>
internal sealed class BodyRoom(IOptions<CallbacksOptions> options, TimeProvider clock) : IDisposable
{
    private const int RetryAfterSeconds = 60;
    private static readonly Problem Full = new(ProblemKind.Unavailable, "too_many_large_callbacks", "Too many large requests arrive at once. Send this one again later.");

    private readonly PartitionedRateLimiter<long> limiter = Limiter(options.Value.LargeBodyMebibytes * 1024);

    /// <summary>How long a body waits for others to be done: shorter than any provider waits for its answer.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(10);

    /// <returns>Takes room for a body of so many bytes until its answer is sent; null where the body is small, as nearly all are.</returns>
    public Func<long, ValueTask>? For(CallbackAccount account, IProvider provider, HttpContext context) =>
        Math.Min(context.Request.ContentLength ?? long.MaxValue, provider.MaxBodyBytes) > CallbackRequestReader.SmallBodyBytes ? For(account, context) : null;

    public void Dispose() => limiter.Dispose();

    private Func<long, ValueTask> For(CallbackAccount account, HttpContext context) => async bytes =>
    {
        var lease = await TakeAsync(account.Seq, (int)((bytes + 1023) / 1024), context.RequestAborted);
        context.Response.RegisterForDispose(lease);
        if (!lease.IsAcquired)
            throw new ProblemException(Full, RetryAfterSeconds);
    };

    private async ValueTask<RateLimitLease> TakeAsync(long account, int kibibytes, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            return await limiter.AcquireAsync(account, kibibytes, both.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ProblemException(Full, RetryAfterSeconds);
        }
    }

    private static PartitionedRateLimiter<long> Limiter(int kibibytes) => PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<long, long>(account => RateLimitPartition.GetConcurrencyLimiter(account, _ => Queued(kibibytes / 2))),
        PartitionedRateLimiter.Create<long, int>(_ => RateLimitPartition.GetConcurrencyLimiter(0, _ => Queued(kibibytes))));

    private static ConcurrencyLimiterOptions Queued(int kibibytes) =>
        new() { PermitLimit = kibibytes, QueueLimit = int.MaxValue, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };
}
