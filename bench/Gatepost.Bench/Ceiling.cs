using System.Diagnostics;
using System.Globalization;

namespace Gatepost.Bench;

/// <summary>Asks the process of <see cref="CeilingSender"/> how much it can send to the receiver at this moment.</summary>
internal sealed class Ceiling(Receiver receiver, ServerSettings settings) : IDisposable
{
    public const string Verb = "send-ceiling";

    private readonly Process sender = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Self(), Verb, settings.TrustedCertificate])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    /// <summary>What the sender's process has used so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            sender.Refresh();
            return sender.TotalProcessorTime;
        }
    }

    /// <summary>Of the last measurement, the sender's side alone.</summary>
    public double CpuMicrosPerRequest { get; private set; }

    /// <returns>Requests answered per second.</returns>
    public async Task<double> MeasureAsync(bool tls, TimeSpan duration, CancellationToken cancellation)
    {
        var ledger = receiver.Open(1);
        var cpuBefore = CpuTime;
        var body = Path.Combine(settings.Folder, "body.json");
        await File.WriteAllBytesAsync(body, receiver.Sample ?? EventTemplate.Envelope(), cancellation);
        await sender.StandardInput.WriteLineAsync(
            new CeilingOrder(new Uri(receiver.Url(0, tls)), duration.TotalSeconds, ledger.Tag, body).ToString().AsMemory(), cancellation);
        await sender.StandardInput.FlushAsync(cancellation);
        var answer = (await sender.StandardOutput.ReadLineAsync(cancellation) ?? throw new InvalidOperationException("The ceiling's process has ended.")).Split(' ');
        var answered = int.Parse(answer[0], CultureInfo.InvariantCulture);
        CpuMicrosPerRequest = (CpuTime - cpuBefore).TotalMicroseconds / answered;
        receiver.Close(ledger);
        return ledger.Received == answered
            ? answered / double.Parse(answer[1], CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The ceiling sent {answered} requests, the receiver counted {ledger.Received}.");
    }

    /// <summary>The end of its input ends the process, also when this one dies.</summary>
    public void Dispose()
    {
        sender.StandardInput.Close();
        sender.WaitForExit();
        sender.Dispose();
    }

    // Under `dotnet Gatepost.Bench.dll` the process is dotnet itself.
    public static string[] Self() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Ceiling).Assembly.Location] : [];
}
