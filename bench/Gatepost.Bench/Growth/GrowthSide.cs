using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Gatepost.Bench.Postgres;

namespace Gatepost.Bench.Growth;

/// <summary>A server with so many stored deliveries, and one webhook that new ones are measured with.</summary>
internal sealed class GrowthSide : IAsyncDisposable
{
    private const int Organizations = 10;
    private const int WebhooksPerOrganization = 10;
    private const int Clients = 256;
    private const int ListRequests = 200;
    private const int PlacesPerWebhook = 64;

    private readonly string measuredKey;
    private readonly string historyKey;
    private readonly Guid historyWebhook;
    private readonly History history;

    private GrowthSide(Workbench bench, GatepostProcess server, History history, string measuredKey, string historyKey, Guid historyWebhook)
    {
        (Bench, Server, this.history) = (bench, server, history);
        (this.measuredKey, this.historyKey, this.historyWebhook) = (measuredKey, historyKey, historyWebhook);
    }

    public Workbench Bench { get; }

    public GatepostProcess Server { get; }

    public static async Task<GrowthSide> StartAsync(BenchOptions options, long rows, CancellationToken cancellation)
    {
        var bench = await Workbench.SetUpAsync(options, cancellation);
        try
        {
            bench.Settings["Deliveries__MaxConcurrencyPerWebhook"] = $"{PlacesPerWebhook}";
            string measured, first;
            Guid webhook;
            await using (var preparing = await GatepostProcess.StartAsync(bench.Settings, cancellation))
            {
                (first, webhook) = await AddHistoryAsync(bench, cancellation);
                measured = await bench.AddOrganizationAsync("measured", 1, i => bench.Receiver.Url(i), cancellation);
                await PublishOneAsync(bench, measured, cancellation);
            }

            var history = await OpenAsync(bench, options, cancellation);
            if (rows > 0)
                await history.FillAsync(rows, cancellation);
            return new GrowthSide(bench, await GatepostProcess.StartAsync(bench.Settings, cancellation), history, measured, first, webhook);
        }
        catch
        {
            await bench.DisposeAsync();
            throw;
        }
    }

    public async Task<EnginePhase> PhaseAsync(TimeSpan length, CancellationToken cancellation)
    {
        var phase = await EnginePhase.StartAsync(Bench, Server, 1, cancellation);
        await phase.Load.PublishAsync(EventTemplate.One(Bench.Host, measuredKey), Clients, length, cancellation);
        await phase.FinishAsync(length, cancellation);
        return phase;
    }

    /// <summary>The lists that people look at, of an organization with a tenth of the history.</summary>
    public async Task<Dictionary<string, Percentiles>> ListAsync(CancellationToken cancellation)
    {
        // A cursor is the number of the row that it goes on from.
        var middle = (await history.ReadMiddleAsync(cancellation)).ToString(CultureInfo.InvariantCulture);
        var cursor = Base64Url.EncodeToString(Encoding.ASCII.GetBytes(middle));
        return new()
        {
            ["firstPage"] = await ListAsync("", cancellation),
            ["ofWebhook"] = await ListAsync($"?webhookId={historyWebhook}", cancellation),
            ["failed"] = await ListAsync("?status=failed", cancellation),
            ["deepPage"] = await ListAsync($"?cursor={cursor}", cancellation),
        };
    }

    public Task<double> ReadMiBAsync(CancellationToken cancellation) => history.ReadMiBAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await history.DisposeAsync();
        await Server.DisposeAsync();
        await Bench.DisposeAsync();
    }

    private static async Task<(string Key, Guid Webhook)> AddHistoryAsync(Workbench bench, CancellationToken cancellation)
    {
        (string, Guid)? first = null;
        for (var i = 0; i < Organizations; i++)
        {
            var key = await bench.Api.AddOrganizationAsync($"history {i}", cancellation);
            for (var webhook = 0; webhook < WebhooksPerOrganization; webhook++)
            {
                var id = await bench.Api.AddWebhookAsync(key, $"{bench.Receiver.Url(0)}?{History.UrlMark}={i}-{webhook}", null, cancellation);
                first ??= (key, id);
            }
        }

        return first!.Value;
    }

    private static async Task PublishOneAsync(Workbench bench, string key, CancellationToken cancellation)
    {
        var (ledger, load) = bench.Open(1);
        await load.PublishBatchAsync(EventTemplate.One(bench.Host, key), cancellation);
        if (!await ledger.WaitForAllAsync(TimeSpan.FromSeconds(30), cancellation))
            throw new InvalidOperationException("The first event was not delivered.");
        bench.Receiver.Close(ledger);
    }

    private static async Task<History> OpenAsync(Workbench bench, BenchOptions options, CancellationToken cancellation) =>
        options.Storage == BenchPostgres.Provider
            ? new PostgresHistory(await BenchPostgres.OpenAsync(bench.Settings.Environment["Gatepost__Storage__ConnectionString"]))
            : await SqliteHistory.OpenAsync(bench.Settings.DataDirectory, cancellation);

    private async Task<Percentiles> ListAsync(string query, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{Bench.Settings.Address}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", historyKey);
        var times = new List<long>();
        // The first tenth is compiled and connected by then.
        for (var i = -ListRequests / 10; i < ListRequests; i++)
        {
            var began = Stopwatch.GetTimestamp();
            using var response = await http.GetAsync(new Uri("/v1/deliveries" + query, UriKind.Relative), cancellation);
            if (!response.IsSuccessStatusCode)
                throw new InvalidOperationException($"{query} was answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellation)}");
            if (i >= 0)
                times.Add(Stopwatch.GetTimestamp() - began);
        }

        return new Percentiles(times);
    }
}
