using System.Text.Json;
using Gatepost.Providers;

namespace Gatepost.Callbacks;

/// <summary>Reads the credentials that a client wrote. Members may be camelCase or snake_case: providers' own documents use both.</summary>
internal static class CredentialsReader
{
    private const int MaxText = 10_000;

    /// <summary>Of a kind: each one is tried on every request, and a body may be 50 MiB long.</summary>
    private const int MaxEach = 20;

    // By the name for one value, the name for several: both write the same credential.
    private static readonly Dictionary<string, string> Lists = new(StringComparer.Ordinal)
    {
        ["secret"] = "secrets",
        ["token"] = "tokens",
        ["publicKey"] = "publicKeys",
        ["header"] = "headers",
        ["oauth"] = "oauthTokens",
    };

    /// <param name="present">What members outside the credentials set before.</param>
    /// <param name="beside">Members that the client wrote outside the credentials: inside, they are a fault.</param>
    /// <param name="faults">Gets every member that is unknown, malformed or given twice.</param>
    public static StoredCredentials Read(JsonElement json, ProviderCredentials present, IEnumerable<string> beside, FaultList faults)
    {
        var reading = new StoredCredentials(present);
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add("credentials", "wrong_type", "credentials must be an object.");
            return reading;
        }

        var writtenAs = beside.ToDictionary(name => name, StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            var (name, path) = (Camel(member.Name), $"credentials.{member.Name}");
            var kind = Lists.GetValueOrDefault(name, name);
            if (writtenAs.TryAdd(kind, path))
                reading = Take(reading, name, member.Value, path, faults);
            else
                faults.Add(path, "given_twice", GivenTwice(writtenAs[kind], path, kind));
        }

        return reading;
    }

    private static string GivenTwice(string first, string second, string kind)
    {
        var remedy = Lists.ContainsValue(kind) ? $"Send one of them; for several values, as during a rotation, send credentials.{kind} with a list." : "Send one of them.";
        return $"{first} and {second} are the same credential. {remedy}";
    }

    private static StoredCredentials Take(StoredCredentials stored, string name, JsonElement value, string path, FaultList faults)
    {
        var c = stored.Credentials;
        return name switch
        {
            "secret" or "secrets" => stored with { Credentials = c with { Secrets = Texts(value, path, faults) } },
            "token" or "tokens" => stored with { Credentials = c with { Tokens = Texts(value, path, faults) } },
            "publicKey" or "publicKeys" => stored with { Credentials = c with { PublicKeys = Texts(value, path, faults) } },
            "allowedIps" => stored with { Credentials = c with { AllowedIps = Texts(value, path, faults, int.MaxValue) } },
            "allowedTopicArns" => stored with { Credentials = c with { AllowedTopicArns = Texts(value, path, faults, int.MaxValue) } },
            "basic" => stored with { Credentials = c with { Basic = Pairs(value, path, "username", "password", faults, (a, b) => new BasicCredential(a, b)) } },
            "header" or "headers" => stored with { Credentials = c with { Headers = Pairs(value, path, "name", "value", faults, (a, b) => new HeaderCredential(a, b)) } },
            "oauth" => stored with { Credentials = c with { OAuthTokens = OAuth(value, path, faults) } },
            "oauthTokens" => stored with { Credentials = c with { OAuthTokens = Texts(value, path, faults) } },
            "verifyToken" => stored with { Credentials = c with { VerifyToken = Text(value, path, faults) } },
            "signatureMethod" => stored with { Credentials = c with { SignatureMethod = Text(value, path, faults) } },
            "apiKey" => stored with { Credentials = c with { ApiKey = Text(value, path, faults) } },
            "emptyBatchSecret" => stored with { Credentials = c with { EmptyBatchSecret = Text(value, path, faults) } },
            "maxAgeSeconds" => stored with { Credentials = c with { MaxAgeSeconds = Number(value, path, faults) } },
            "secretPathOnly" => stored with { Credentials = c with { SecretPathOnly = Flag(value, path, faults) } },
            "certificatePem" => stored with { CertificatePem = Certificate(value, path, faults) },
            _ => Unknown(stored, path, faults),
        };
    }

    private static StoredCredentials Unknown(StoredCredentials stored, string path, FaultList faults)
    {
        faults.Add(path, "unknown_credential", $"{path} is no credential that we know.");
        return stored;
    }

    private static List<string> OAuth(JsonElement value, string path, FaultList faults)
    {
        foreach (var member in value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : default)
        {
            if (Camel(member.Name) == "acceptedTokens")
                return Texts(member.Value, $"{path}.{member.Name}", faults);
        }

        faults.Add(path, "wrong_type", $"{path} must be {{\"acceptedTokens\": [...]}}.");
        return [];
    }

    // One text, or several during a rotation.
    private static List<string> Texts(JsonElement value, string path, FaultList faults, int most = MaxEach) => value.ValueKind == JsonValueKind.Array
        ? [.. Few(value, path, faults, most).Select((item, i) => Text(item, $"{path}[{i}]", faults)).OfType<string>()]
        : Text(value, path, faults) is { } one ? [one] : [];

    private static IEnumerable<JsonElement> Few(JsonElement array, string path, FaultList faults, int most)
    {
        if (array.GetArrayLength() > most)
            faults.Add(path, "too_many", $"{path} may have at most {most} entries.");
        return array.EnumerateArray().Take(most);
    }

    private static List<T> Pairs<T>(JsonElement value, string path, string first, string second, FaultList faults, Func<string, string, T> make)
    {
        var found = new List<T>();
        foreach (var item in value.ValueKind == JsonValueKind.Array ? Few(value, path, faults, MaxEach) : [value])
        {
            // As in a URL.
            if (item.ValueKind == JsonValueKind.String && item.GetString()!.Split(':', 2) is [var name, var secret])
            {
                found.Add(make(name, secret));
            }
            else if (item.ValueKind == JsonValueKind.Object
                && item.TryGetProperty(first, out var a) && item.TryGetProperty(second, out var b)
                && Text(a, $"{path}.{first}", faults) is { } left && Text(b, $"{path}.{second}", faults) is { } right)
            {
                found.Add(make(left, right));
            }
            else
            {
                faults.Add(path, "wrong_type", $"{path} must be {{\"{first}\": ..., \"{second}\": ...}}.");
            }
        }

        return found;
    }

    private static string? Text(JsonElement value, string path, FaultList faults)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= MaxText } text)
            return text;
        faults.Add(path, "invalid_credential", $"{path} must be a text of 1 to {MaxText} characters.");
        return null;
    }

    private static string? Certificate(JsonElement value, string path, FaultList faults)
    {
        if (Text(value, path, faults) is not { } pem)
            return null;
        if (PinnedCertificate.IsReadable(pem))
            return pem;
        faults.Add(path, "invalid_credential", $"{path} must be a certificate in PEM, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.");
        return null;
    }

    private static int? Number(JsonElement value, string path, FaultList faults)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0)
            return number;
        faults.Add(path, "out_of_range", $"{path} must be a whole number above 0.");
        return null;
    }

    private static bool Flag(JsonElement value, string path, FaultList faults)
    {
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            faults.Add(path, "wrong_type", $"{path} must be true or false.");
        return value.ValueKind == JsonValueKind.True;
    }

    private static string Camel(string name)
    {
        var parts = name.Split('_', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length < 2 ? name : parts[0] + string.Concat(parts.Skip(1).Select(p => char.ToUpperInvariant(p[0]) + p[1..]));
    }
}
