using Gatepost.Deliveries;
using Gatepost.Egress;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gatepost.Testing;

/// <summary>The real guard, handler and sender, over a resolver that the test answers for and a clock that it turns.</summary>
internal sealed class TestEgress : IDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private TestEgress(FakeResolver resolver, EgressOptions options)
    {
        Resolver = resolver;
        Guard = new EgressGuard(Options.Create(options), resolver, new OwnAddresses(Clock), Clock);
        Handler = new EgressHandler(Guard, resolver, Options.Create(options), Clock);
        Sender = new AttemptSender(Handler, Deadline, Clock);
    }

    public TimerSignalClock Clock { get; } = new(new DateTimeOffset(2025, 1, 15, 10, 30, 0, TimeSpan.Zero));

    public FakeResolver Resolver { get; }

    public EgressGuard Guard { get; }

    public EgressHandler Handler { get; }

    public AttemptSender Sender { get; }

    /// <summary>As it is installed: nothing private.</summary>
    public static TestEgress Strict(FakeResolver resolver) => new(resolver, new EgressOptions());

    public static TestEgress With(FakeResolver resolver, EgressOptions options) => new(resolver, options);

    /// <summary>Every name is this machine, and this machine is allowed.</summary>
    /// <param name="trusted">A receiver's certificate that counts as a root.</param>
    public static TestEgress Loopback(TestCertificate? trusted = null) => With(
        FakeResolver.ToLoopback(),
        new EgressOptions { AllowedNetworks = ["127.0.0.0/8"], AllowedHosts = ["localhost"], AllowHttp = true, TrustedCertificates = trusted?.CertificatePath });

    public void Dispose() => Handler.Dispose();
}

/// <summary>A clock to turn that says when somebody started to wait on it: turning it earlier would be missed.</summary>
internal sealed class TimerSignalClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Lock gate = new();
    private readonly HashSet<TimeSpan> started = [];
    private readonly List<(TimeSpan Wait, TaskCompletionSource Signal)> waiting = [];

    /// <summary>Done once a timer of exactly this length has been started.</summary>
    public Task TimerOf(TimeSpan wait)
    {
        lock (gate)
        {
            if (started.Contains(wait))
                return Task.CompletedTask;
            var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((wait, signal));
            return signal.Task;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        lock (gate)
        {
            started.Add(dueTime);
            waiting.FindAll(w => w.Wait == dueTime).ForEach(w => w.Signal.TrySetResult());
        }

        return timer;
    }
}
