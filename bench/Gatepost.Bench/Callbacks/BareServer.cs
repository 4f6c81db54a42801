using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gatepost.Bench.Callbacks;

/// <summary>Kestrel alone, in a process of its own: reads each request and answers an empty 200.</summary>
internal sealed class BareServer : IDisposable
{
    public const string Verb = "answer-empty";
    private readonly Process process;

    public BareServer()
    {
        process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Ceiling.Self(), Verb])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Address = new IPEndPoint(IPAddress.Loopback, int.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture));
    }

    public IPEndPoint Address { get; }

    public TimeSpan CpuTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>The child's whole life: it says its port, and ends with its input.</summary>
    public static async Task<int> ServeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var port = FreePorts.Take(1)[0];
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port));
        await using var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        Console.WriteLine(port);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    /// <summary>The end of its input ends the process, also when this one dies.</summary>
    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var body = context.Request.BodyReader;
        for (var read = await body.ReadAsync(); ; read = await body.ReadAsync())
        {
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }

        context.Response.ContentLength = 0;
    }
}
