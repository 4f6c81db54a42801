using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gatepost.Testing;

namespace Gatepost.Interop.Tests.Proxies;

/// <summary>A real nginx that ends TLS and cuts off the path prefix <c>/gatepost</c>; all that it writes is in a folder of its own.</summary>
internal sealed class NginxProcess : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatepost-nginx-");
    private readonly ChildProcess process;

    private NginxProcess(TestCertificate certificate, string name, int port, Uri gatepost)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "nginx.conf"), Configuration(certificate, name, port, gatepost));
        process = Start(["-p", folder.FullName, "-c", "nginx.conf", "-e", "error.log"]);
    }

    /// <param name="name">The host name that providers call.</param>
    public static async Task<NginxProcess> StartAsync(TestCertificate certificate, string name, int port, Uri gatepost)
    {
        var nginx = new NginxProcess(certificate, name, port, gatepost);
        try
        {
            await Eventually.GetAsync(() => ListensAsync(port), listens => listens);
            return nginx;
        }
        catch (TimeoutException e)
        {
            var log = await File.ReadAllTextAsync(Path.Combine(nginx.folder.FullName, "error.log"));
            await nginx.DisposeAsync();
            throw new InvalidOperationException($"nginx does not listen: {log}", e);
        }
    }

    /// <summary>One that was free a moment ago: nginx takes no port 0.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Delete(recursive: true);
    }

    // Debian keeps it where only root looks.
    private static ChildProcess Start(string[] arguments)
    {
        try
        {
            return ChildProcess.Start(File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx", arguments);
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("These tests need nginx. Run: make deps", e);
        }
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // One process, so that ending it ends all. X-Forwarded-Host of the client goes through, as with most that is written about nginx.
    private static string Configuration(TestCertificate certificate, string name, int port, Uri gatepost) => string.Create(CultureInfo.InvariantCulture, $$"""
        daemon off;
        master_process off;
        pid nginx.pid;
        events { worker_connections 64; }
        http {
            access_log off;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            server {
                listen 127.0.0.1:{{port}} ssl;
                server_name {{name}};
                ssl_certificate {{certificate.CertificatePath}};
                ssl_certificate_key {{certificate.KeyPath}};
                location /gatepost/ {
                    proxy_pass {{gatepost.GetLeftPart(UriPartial.Authority)}}/;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header Host $host;
                    proxy_set_header X-Forwarded-For $remote_addr;
                    proxy_set_header X-Forwarded-Proto $scheme;
                }
            }
        }
        """);
}
