using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatepost.Bench;

/// <summary>Everything that a start of the server needs; the same for each of its lives.</summary>
internal sealed class ServerSettings : IDisposable
{
    private readonly DirectoryInfo folder;

    public ServerSettings(string binary, BenchOptions options, X509Certificate2 receiver)
    {
        Binary = binary;
        folder = options.Data is { } data
            ? Directory.CreateDirectory(Path.Combine(data, "gatepost-bench-" + Guid.NewGuid().ToString("N")[..8]))
            : Directory.CreateTempSubdirectory("gatepost-bench-");
        File.WriteAllText(TrustedCertificate, receiver.ExportCertificatePem());
        Environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Gatepost__DataDirectory"] = Path.Combine(folder.FullName, "data"),
            ["Gatepost__BootstrapKey"] = InstanceKey,
            ["Gatepost__Egress__AllowedNetworks__0"] = "127.0.0.1/32",
            ["Gatepost__Egress__AllowHttp"] = "true",
            ["Gatepost__Egress__TrustedCertificates"] = TrustedCertificate,
            ["Gatepost__Storage__Provider"] = options.Storage,
        };
        if (options.ConnectionString is { } connection)
            Environment["Gatepost__Storage__ConnectionString"] = connection;
    }

    public string Binary { get; }

    public string InstanceKey { get; } = "gp_instance_" + RandomNumberGenerator.GetHexString(48, lowercase: true);

    public IPEndPoint Address { get; } = new(IPAddress.Loopback, FreePorts.Take(1)[0]);

    public Dictionary<string, string> Environment { get; }

    public string Folder => folder.FullName;

    /// <summary>PEM of the receiver's own certificate.</summary>
    public string TrustedCertificate => Path.Combine(folder.FullName, "receiver.pem");

    public string Log => Path.Combine(folder.FullName, "server.log");

    public string this[string key]
    {
        set => Environment["Gatepost__" + key] = value;
    }

    public void Dispose() => folder.Delete(recursive: true);
}
