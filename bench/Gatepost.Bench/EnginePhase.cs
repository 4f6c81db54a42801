using System.Diagnostics;

namespace Gatepost.Bench;

/// <summary>One measured stretch of publishing and delivering, with what it cost the server's process.</summary>
internal sealed class EnginePhase
{
    private readonly Workbench bench;
    private readonly GatepostProcess server;
    private readonly Ledger ledger;
    private readonly long began = Stopwatch.GetTimestamp();
    private readonly TimeSpan cpuBefore;
    private readonly double? allocatedBefore;
    private readonly TimeSpan postgresCpuBefore;

    private EnginePhase(Workbench bench, GatepostProcess server, Ledger ledger, LoadClient load, double? allocated)
    {
        (this.bench, this.server, this.ledger, Load) = (bench, server, ledger, load);
        allocatedBefore = allocated;
        cpuBefore = server.CpuTime;
        postgresCpuBefore = PostgresCpuTime;
    }

    public LoadClient Load { get; }

    public int Acked { get; private set; }

    public long Expected { get; private set; }

    public long Delivered { get; private set; }

    public long Lost { get; private set; }

    public long Duplicates { get; private set; }

    /// <summary>Over publishing and the rest of delivering together.</summary>
    public double PerSecond { get; private set; }

    /// <summary>Over publishing alone.</summary>
    public double AcksPerSecond { get; private set; }

    public double CpuMicrosPerDelivery { get; private set; }

    /// <summary>Not a number when the server does not tell.</summary>
    public double AllocatedBytesPerDelivery { get; private set; }

    /// <summary>Not a number when they are not counted.</summary>
    public double SqlStatementsPerDelivery { get; private set; } = double.NaN;

    /// <summary>Of all processes of the PostgreSQL server.</summary>
    public double PostgresCpuMicrosPerDelivery { get; private set; } = double.NaN;

    private TimeSpan PostgresCpuTime => bench.Postgres?.Meter.CpuTime ?? TimeSpan.Zero;

    public Percentiles AckTimes { get; private set; } = new([]);

    public Percentiles DeliveryTimes { get; private set; } = new([]);

    public static async Task<EnginePhase> StartAsync(Workbench bench, GatepostProcess server, int webhooks, CancellationToken cancellation)
    {
        var allocated = await server.AllocatedBytesAsync(cancellation);
        if (bench.Postgres is not null)
            await bench.Postgres.Meter.ResetAsync();
        var (ledger, load) = bench.Open(webhooks);
        return new EnginePhase(bench, server, ledger, load, allocated);
    }

    /// <summary>Publishing has ended: waits for the rest, then takes the figures.</summary>
    public async Task FinishAsync(TimeSpan published, CancellationToken cancellation)
    {
        Acked = ledger.Acked;
        AcksPerSecond = Acked / published.TotalSeconds;
        await ledger.WaitForAllAsync(TimeSpan.FromSeconds(30) + (published * 10), cancellation);
        Delivered = ledger.Received;
        PerSecond = Delivered / Percentiles.Seconds(ledger.LastReceipt - began);
        // What the server records after the last receipt is part of the cost of these deliveries.
        await Task.Delay(500, cancellation);
        CpuMicrosPerDelivery = (server.CpuTime - cpuBefore).TotalMicroseconds / Delivered;
        AllocatedBytesPerDelivery = ((await server.AllocatedBytesAsync(cancellation) - allocatedBefore) / Delivered) ?? double.NaN;
        if (bench.Postgres is not null)
        {
            PostgresCpuMicrosPerDelivery = (PostgresCpuTime - postgresCpuBefore).TotalMicroseconds / Delivered;
            SqlStatementsPerDelivery = (await bench.Postgres.Meter.StatementsAsync() / Delivered) ?? double.NaN;
        }

        Expected = ledger.Expected;
        Lost = ledger.Missing();
        Duplicates = ledger.Duplicates;
        AckTimes = new Percentiles(ledger.AckTimes());
        DeliveryTimes = new Percentiles(ledger.DeliveryTimes());
        bench.Receiver.Close(ledger);
    }
}
