using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatepost.Bench;

/// <summary>Everything that a start of the server needs; the same for each of its lives.</summary>
internal sealed class ServerSettings : IDisposable
{
    public const string LogName = "server.log";

    private readonly DirectoryInfo folder;

    /// <param name="connectionString">Of the database; null where the storage needs none.</param>
    public ServerSettings(string binary, BenchOptions options, X509Certificate2 receiver, string? connectionString)
    {
        Binary = binary;
        folder = options.Data is { } data
            ? Directory.CreateDirectory(Path.Combine(data, "gatepost-bench-" + Guid.NewGuid().ToString("N")[..8]))
            : Directory.CreateTempSubdirectory("gatepost-bench-");
        TrustedCertificate = Path.Combine(folder.FullName, "receiver.pem");
        InstanceKey = "gp_instance_" + RandomNumberGenerator.GetHexString(48, lowercase: true);
        File.WriteAllText(TrustedCertificate, receiver.ExportCertificatePem());
        Environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Gatepost__DataDirectory"] = DataDirectory,
            ["Gatepost__BootstrapKey"] = InstanceKey,
            ["Gatepost__Egress__AllowedNetworks__0"] = "127.0.0.1/32",
            ["Gatepost__Egress__AllowHttp"] = "true",
            ["Gatepost__Egress__TrustedCertificates"] = TrustedCertificate,
            ["Gatepost__Storage__Provider"] = options.Storage,
        };
        if (connectionString is null)
            return;
        Environment["Gatepost__Storage__ConnectionString"] = connectionString;
        // With a database of its own a server in Production does not make the key itself.
        Environment["Gatepost__MasterKeys__0"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    }

    private ServerSettings(ServerSettings like, string name, string database)
    {
        folder = like.folder.CreateSubdirectory(name);
        (Binary, InstanceKey, TrustedCertificate) = (like.Binary, like.InstanceKey, like.TrustedCertificate);
        Environment = new Dictionary<string, string>(like.Environment)
        {
            ["Gatepost__DataDirectory"] = DataDirectory,
            ["Gatepost__Storage__ConnectionString"] = database,
        };
    }

    public string Binary { get; }

    public string InstanceKey { get; }

    public IPEndPoint Address { get; } = new(IPAddress.Loopback, FreePorts.Take(1)[0]);

    public Dictionary<string, string> Environment { get; }

    public string Folder => folder.FullName;

    public string DataDirectory => Path.Combine(folder.FullName, "data");

    /// <summary>PEM of the receiver's own certificate.</summary>
    public string TrustedCertificate { get; }

    public string Log => Path.Combine(folder.FullName, LogName);

    public string this[string key]
    {
        set => Environment["Gatepost__" + key] = value;
    }

    /// <summary>A further server with the same settings, and a folder and a port of its own.</summary>
    /// <param name="database">The connection string.</param>
    public ServerSettings Another(string name, string database) => new(this, name, database);

    public void Dispose() => folder.Delete(recursive: true);
}
