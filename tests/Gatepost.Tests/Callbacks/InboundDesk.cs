using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Dapper;
using Gatepost.Callbacks;
using Gatepost.Events;
using Gatepost.Messages;
using Gatepost.Organizations;
using Gatepost.Providers;
using Gatepost.Security;
using Gatepost.Storage;
using Gatepost.Storage.Sql;
using Gatepost.Testing;
using Gatepost.Tests.Storage;
using Gatepost.Tickets;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Tests.Callbacks;

/// <summary>An organization with ticket 1042 of alice@customer.test, as the mail vectors know it, on a real file.</summary>
internal sealed class InboundDesk : IMailReportSink, IAsyncDisposable
{
    public const string Customer = "alice@customer.test";
    private const string MasterKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private InboundDesk(TestStorage storage) => Db = TestDatabase.Create(storage, services => services
        .AddSecurity(_ => new MasterKeys([MasterKey], "unused")).AddSingleton<AccountSecrets>().AddSingleton<IMailReportSink>(this));

    public static InboundMailInput Settings { get; } = new()
    {
        ReplyDomains = ["reply.example.com"],
        ReplyKeys = ["a-newer-reply-key", "inbound-reply-key-01"],
        AgentDomains = ["example.com"],
        InboundAddresses = ["help@example.com"],
        TrustedAuthServId = "mx.inbound.example.com",
    };

    public TestDatabase Db { get; }

    public OrganizationRef Organization { get; private set; }

    public Ticket Ticket { get; private set; } = null!;

    /// <summary>What reports said of outbound messages.</summary>
    public List<(MessageStatus Status, string? MessageId, string? Recipient, string? Code)> Reports { get; } = [];

    public ITicketStore Tickets => Db.Services.GetRequiredService<ITicketStore>();

    public IInboundMailStore Mail => Db.Services.GetRequiredService<IInboundMailStore>();

    private DateTimeOffset Now => Db.Clock.GetInstant();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<InboundDesk> OpenAsync(TestStorage storage = TestStorage.Sqlite)
    {
        var desk = new InboundDesk(storage);
        desk.Db.Clock.SetUtcNow(new DateTimeOffset(2025, 10, 9, 9, 0, 0, TimeSpan.Zero));
        desk.Organization = await DisabledWebhookRows.AddOrganizationAsync(desk.Db);
        await desk.Db.Database.WriteAsync(s => s.Connection.Execute("UPDATE organizations SET last_ticket_number = 1041"), Token);
        desk.Ticket = await desk.NewTicketAsync(Customer);
        await desk.Mail.PutAsync(desk.Organization, present => Settings.ToSettings(present, "unused"), desk.Now, Token);
        return desk;
    }

    /// <summary>An account without credentials, as a callback finds it.</summary>
    public async Task<CallbackAccount> NewAccountAsync(string provider)
    {
        var made = new ProviderAccount
        {
            Id = Guid.NewGuid(),
            Provider = provider,
            Name = "Mail",
            Token = AccountToken.New(),
            Credentials = new StoredCredentials(new ProviderCredentials()),
            CreatedAt = Now,
            UpdatedAt = Now,
        };
        var accounts = Db.Services.GetRequiredService<IProviderAccountStore>();
        await accounts.CreateAsync(Organization, made, Token);
        return (await accounts.FindByTokenAsync(AccountToken.Hash(made.Token)!, Token))!;
    }

    public async Task<Ticket> NewTicketAsync(string customer) => (await Tickets.CreateAsync(
        Organization, new Ticket { Id = Guid.CreateVersion7(Now), Subject = "Printer broken", Requester = new Contact { Email = customer }, CreatedAt = Now, UpdatedAt = Now }, Token))!;

    /// <summary>One of tests/vectors/inbound-email/eml, by its number.</summary>
    public Task<CallbackEffect> ReceiveVectorAsync(string number, bool released = false)
    {
        var folder = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "vectors", "inbound-email", "eml");
        var path = Directory.GetFiles(folder, $"{number}-*.expected.json").Single();
        var envelope = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement.GetProperty("envelope");
        var eml = File.ReadAllBytes(path.Replace(".expected.json", ".eml", StringComparison.Ordinal));
        return ReceiveAsync(Event(new InboundMail(eml, envelope.GetProperty("mailFrom").GetString(), [envelope.GetProperty("rcptTo").GetString()!])), released);
    }

    public Task<CallbackEffect> ReceiveMailAsync(string headers, string text = "Hello", string to = "help@example.com", string from = Customer) =>
        ReceiveAsync(Event(new InboundMail(Encoding.UTF8.GetBytes($"From: {from}\r\nTo: {to}\r\n{headers}\r\n\r\n{text}\r\n"), from, [to])));

    public Task<CallbackEffect> ReceiveTextAsync(string? text, CallbackChannel channel = CallbackChannel.Sms, string from = "+15550100", params IReadOnlyList<CallbackMedia> media) =>
        ReceiveAsync(new CallbackEvent { Kind = CallbackEventKind.Inbound, Channel = channel, From = from, Text = text, Media = media, DedupKey = "x" });

    public Task<CallbackEffect> ReceiveAsync(CallbackEvent e, bool released = false) => Db.Database.WriteAsync(
        session => Db.Services.GetRequiredService<InboundWriter>().Apply(session, new CallbackSource(Organization, 1, "mime", 1, Now, released), e), Token);

    /// <summary>Registers a mail about <see cref="Ticket"/>.</summary>
    public Task SendAsync(string provider, string providerMessageId) => Db.Services.GetRequiredService<IMessageStore>().RegisterAsync(
        Organization,
        new OutboundMessageInput { Channel = "email", Provider = provider, ProviderMessageId = providerMessageId, To = Customer, TicketId = $"{Ticket.Id}" }.ToMessage(Now),
        Token);

    public Task SetStatusAsync(Guid ticket, string status) =>
        Tickets.ChangeAsync(Organization, ticket, present => TicketChange.Of(present, new TicketInput { Status = new(true, status) }, Now), Token);

    public async Task<Ticket> FindAsync(Guid? ticket) => (await Tickets.FindAsync(Organization, ticket!.Value, Token))!;

    /// <summary>Oldest first.</summary>
    public async Task<IReadOnlyList<TicketMessage>> MessagesAsync(Guid? ticket = null) =>
        [.. (await Tickets.ListMessagesAsync(Organization, ticket ?? Ticket.Id, new PageRequest(50, null), Token))!.Items.Reverse()];

    /// <summary>The types after the creation of <see cref="Ticket"/>.</summary>
    public Task<IReadOnlyList<EventType>> EventsAsync() => Db.Database.ReadAsync<IReadOnlyList<EventType>>(
        c => [.. c.Query<int>("SELECT type FROM events ORDER BY seq").Skip(1).Select(type => (EventType)type)], Token);

    public CallbackEffect Report(
        WriteSession session, CallbackSource source, MessageStatus status, string? originalMessageId, string? recipient, string? code, string? reason)
    {
        Reports.Add((status, originalMessageId, recipient, code));
        return new CallbackEffect("status");
    }

    public ValueTask DisposeAsync() => Db.DisposeAsync();

    private static CallbackEvent Event(InboundMail mail) =>
        new() { Kind = CallbackEventKind.Inbound, Channel = CallbackChannel.Email, Mail = mail, DedupKey = "x" };

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
