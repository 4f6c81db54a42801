using System.Text;
using System.Text.Json;
using Gatepost.Providers;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Testing.Vectors;

/// <summary>One signed request (or several, in order) with what must come of it. The format is described in tests/vectors/README.md.</summary>
public sealed class Vector
{
    private Vector(string path, JsonElement json) => (Path, Json) = (path, json);

    public string Path { get; }

    public JsonElement Json { get; }

    public string Provider => Json.GetProperty("provider").GetString()!;

    public string Type => Json.GetProperty("type").GetString()!;

    public string Account => Json.GetProperty("account").GetString()!;

    public string Route => Json.GetProperty("route").GetString()!;

    public string Scheme => Json.GetProperty("scheme").GetString()!;

    public JsonElement Expect => Json.GetProperty("expect");

    public DateTimeOffset? Now => Json.Member("now").AsText() is { } now ? DateTimeOffset.Parse(now, null) : null;

    public override string ToString() => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Every vector below a folder; null for JSON files that are something else.</summary>
    public static IEnumerable<Vector> Below(string folder) => Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(TryRead).OfType<Vector>();

    public static Vector? TryRead(string path)
    {
        var json = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
        return json.Member("schema").AsText() == "gatepost-vector/1" ? new Vector(path, json) : null;
    }

    /// <summary>The one request, or each step's.</summary>
    public IReadOnlyList<CallbackRequest> Requests() => Json.TryGetProperty("steps", out var steps)
        ? [.. steps.EnumerateArray().Select(Request)]
        : [Request(Json)];

    public ProviderCredentials Credentials()
    {
        if (Json.Member("credentials") is not { } c)
            return new ProviderCredentials();
        return new ProviderCredentials
        {
            Secrets = Texts(c, "secrets"),
            Tokens = Texts(c, "tokens"),
            PublicKeys = c.Text("public_key") is { } key ? [key] : [],
            VerifyToken = c.Text("verify_token"),
            OAuthTokens = c.Member("oauth") is { } oauth ? Texts(oauth, "accepted_tokens") : [],
            Basic = c.Member("basic") is { } basic ? [Basic(basic)] : [],
            Headers = c.Member("header") is { } header ? [new HeaderCredential(header.Text("name")!, header.Text("value")!)] : [],
            AllowedIps = Texts(c, "allowed_ips"),
            AllowedTopicArns = Texts(c, "allowed_topic_arns"),
            SignatureMethod = c.Text("signature_method"),
            ApiKey = c.Text("api_key"),
            EmptyBatchSecret = c.Text("empty_batch_secret"),
            MaxAgeSeconds = c.Member("max_age_seconds")?.GetInt32(),
            SecretPathOnly = c.Member("secret_path_only")?.GetBoolean() ?? false,
        };
    }

    // An object, or "user:password" as in a URL.
    private static BasicCredential Basic(JsonElement json) => CallbackJson.AsText(json)?.Split(':', 2) is [var name, var password]
        ? new BasicCredential(name, password)
        : new BasicCredential(json.Text("username")!, json.Text("password")!);

    /// <summary>The PEM that a download of the signing certificate gives; null where none may be tried.</summary>
    public string? CertificatePem => Json.Member("credentials").Text("certificate_pem");

    private CallbackRequest Request(JsonElement step) => new()
    {
        Method = step.GetProperty("method").GetString()!,
        Url = Json.Member("credentials").Text("configured_url") ?? step.Text("url") ?? Json.Text("url")!,
        Route = Route,
        Headers = Headers(step),
        Body = Body(step),
        RemoteAddress = RemoteAddress(step),
    };

    /// <summary>A vector's X-Forwarded-For stands for what a trusted proxy says. Providers never read the header themselves.</summary>
    private System.Net.IPAddress? RemoteAddress(JsonElement step) =>
        (Json.Member("observed").Member("headers") ?? step.Member("headers")).Text("X-Forwarded-For") is { } ip
        && System.Net.IPAddress.TryParse(ip.Split(',')[0].Trim(), out var address) ? address : null;

    private static Dictionary<string, StringValues> Headers(JsonElement step)
    {
        var headers = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase);
        if (step.Member("headers") is { } given)
        {
            foreach (var header in given.EnumerateObject())
                headers[header.Name] = header.Value.ValueKind == JsonValueKind.Array ? new StringValues([.. header.Value.EnumerateArray().Select(v => v.GetString())]) : header.Value.GetString();
        }

        return headers;
    }

    private static byte[] Body(JsonElement step) =>
        step.Text("body_base64") is { } encoded ? Convert.FromBase64String(encoded)
        : Encoding.UTF8.GetBytes(step.Text("body") ?? "");

    private static List<string> Texts(JsonElement json, string name) => [.. json.Member(name) is { ValueKind: JsonValueKind.Array } all ? all.EnumerateArray().Select(t => t.GetString()!) : []];
}
