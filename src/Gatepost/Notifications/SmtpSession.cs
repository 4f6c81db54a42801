using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Gatepost.Notifications;

/// <summary>One connection to the SMTP server, opened by the first mail and again after a failure. Failures are sentences, not exceptions.</summary>
internal sealed class SmtpSession(SmtpOptions options, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan QuitTimeout = TimeSpan.FromSeconds(5);

    private readonly SmtpClient client = Make(options);
    private string? refused;

    /// <summary>Connects, encrypts and authenticates, unless that is done already. A server that refused is not asked again for the next mail.</summary>
    /// <returns>Null when connected; else what went wrong.</returns>
    public async Task<string?> ConnectAsync(CancellationToken cancellation) => refused is not null || client.IsConnected
        ? refused
        : refused = await TryAsync("connecting", ConnectTimeout, OpenAsync, cancellation).ConfigureAwait(false);

    /// <returns>Null once the server took the mail; else what went wrong.</returns>
    public Task<string?> SendAsync(MimeMessage message, CancellationToken cancellation) =>
        TryAsync("sending", SendTimeout, token => client.SendAsync(message, token), cancellation);

    public Task QuitAsync(CancellationToken cancellation) =>
        TryAsync("leaving", QuitTimeout, token => client.DisconnectAsync(quit: true, token), cancellation);

    public void Dispose() => client.Dispose();

    private bool NeedsLogin => !string.IsNullOrEmpty(options.User);

    private async Task OpenAsync(CancellationToken cancellation)
    {
        var security = options.Security switch
        {
            SmtpSecurity.None => SecureSocketOptions.None,
            SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
            _ => SecureSocketOptions.StartTls,
        };
        await ConnectAsync(security, cancellation).ConfigureAwait(false);
        if (NeedsLogin)
            await client.AuthenticateAsync(options.User!, options.Password!, cancellation).ConfigureAwait(false);
    }

    // The TLS handshake may ask for revocation lists, and waits for them: on a thread of the pool, not where answers arrive (decision 13).
    // There nothing but closing the socket ends it.
    private async Task ConnectAsync(SecureSocketOptions security, CancellationToken cancellation)
    {
        var (host, port) = (options.Host!, options.EffectivePort);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using var closing = cancellation.UnsafeRegister(static socket => ((Socket)socket!).Dispose(), socket);
            await socket.ConnectAsync(host, port, cancellation).ConfigureAwait(false);
            await Task.Run(() => client.Connect(socket, host, port, security, cancellation), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (cancellation.IsCancellationRequested)
                throw new OperationCanceledException(e.Message, e, cancellation);
            throw;
        }
    }

    private async Task<string?> TryAsync(string stage, TimeSpan timeout, Func<CancellationToken, Task> step, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(timeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            await step(both.Token).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            client.Disconnect(quit: false, CancellationToken.None);
            return $"The SMTP server did not answer in {timeout.TotalSeconds} s ({stage}).";
        }
        catch (Exception e) when (IsOfTheServer(e))
        {
            return $"{e.Message.TrimEnd('.')} ({stage}).";
        }
    }

    // What a server, its certificate or the network can cause; anything else is our bug and must surface.
    private static bool IsOfTheServer(Exception e) => e
        is CommandException or ProtocolException or MailKit.Security.AuthenticationException or SslHandshakeException
        or ServiceNotConnectedException or ServiceNotAuthenticatedException
        or SocketException or IOException or TimeoutException or NotSupportedException;

    private static SmtpClient Make(SmtpOptions options)
    {
        var client = new SmtpClient();
        if (options.TrustedCertificates is not { Length: > 0 } path)
            return client;
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(path);
        // A private authority seldom publishes revocation lists, and an unknown state counts as revoked.
        client.CheckCertificateRevocation = false;
        client.ServerCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors, roots);
        return client;
    }

    // The extra roots stand in for the system's in one respect: where the chain may end. Name and dates count as ever.
    private static bool IsTrusted(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors, X509Certificate2Collection roots)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.1")); // server authentication
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(leaf);
    }
}
