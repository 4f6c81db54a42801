using System.Globalization;
using Dapper;
using Gatepost.Storage.Sql;
using Gatepost.Testing;
using Gatepost.Testing.Vectors;

namespace Gatepost.Server.Tests.Callbacks;

/// <summary>One server for all e-mail files, with an organization for each: their settings and tickets, made through the API.</summary>
public sealed class MailVectorDesk : IAsyncLifetime
{
    private GatepostHost host = null!;

    internal ApiUser User { get; private set; } = null!;

    private MailCaller Mail { get; set; } = null!;

    public async ValueTask InitializeAsync() => host = await GatepostHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    /// <returns>The ids of the tickets that the vector knows by number.</returns>
    internal async Task<IReadOnlyDictionary<string, Guid>> PrepareAsync(MailVector vector)
    {
        User = await host.NewOrganizationAsync();
        Mail = await MailCaller.NewAsync(host, User);
        await User.PutAsync("/v1/inbound-mail", new
        {
            replyDomains = new[] { vector.ReplyDomain },
            replyKeys = new[] { "a-newer-key-of-the-tests", vector.ReplyKey },
            agentDomains = vector.AgentDomains,
            trustedAuthServId = vector.TrustedAuthServId,
        });
        var tickets = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var (number, participants) in vector.Tickets.OrderBy(t => Number(t.Key)))
            tickets[number] = await NewTicketAsync(Number(number), participants);
        return tickets;
    }

    internal Task<ApiAnswer> BringAsync(MailVector vector)
    {
        var mail = vector.Mail();
        return Mail.BringAsync(mail.Mime, mail.EnvelopeFrom ?? "", mail.EnvelopeTo[0]);
    }

    internal async Task<byte[]> DownloadAsync(string path)
    {
        using var client = new HttpClient { BaseAddress = host.Address };
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {User.Key}");
        return await client.GetByteArrayAsync(new Uri(path, UriKind.Relative));
    }

    private async Task<Guid> NewTicketAsync(long number, IReadOnlyList<string> participants)
    {
        // The one thing that the API does not let choose.
        await host.Get<Database>().WriteAsync(
            session => session.Connection.Execute("UPDATE organizations SET last_ticket_number = @before WHERE id = @OrganizationId", new { before = number - 1, User.OrganizationId }),
            CancellationToken.None);
        var ticket = (await User.PostAsync("/v1/tickets", new { subject = "Printer broken", requester = new { email = participants[0] } })).Id;
        foreach (var email in participants.Skip(1))
            await User.PostAsync($"/v1/tickets/{ticket}/messages", new { body = "I am here too.", direction = "note", author = new { email } });
        return ticket;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
