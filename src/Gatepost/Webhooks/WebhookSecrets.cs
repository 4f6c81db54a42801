using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatepost.Security;

namespace Gatepost.Webhooks;

/// <summary>Seals a webhook's secret and header values for storage, bound to the webhook's id and the column.</summary>
internal sealed class WebhookSecrets(SecretBox box)
{
    private const string SecretColumn = "secret";
    private const string HeadersColumn = "headers";

    public byte[]? SealSecret(Guid webhookId, string? secret) =>
        secret is null ? null : box.Protect(Encoding.UTF8.GetBytes(secret), webhookId, SecretColumn);

    public byte[]? SealHeaders(Guid webhookId, IReadOnlyList<KeyValuePair<string, string>> headers) =>
        headers.Count == 0 ? null : box.Protect(JsonSerializer.SerializeToUtf8Bytes(headers.ToDictionary()), webhookId, HeadersColumn);

    /// <returns>The secret's UTF-8 bytes: the key of the signature.</returns>
    /// <exception cref="CryptographicException">It cannot be decrypted; a request must not go out unsigned instead.</exception>
    public byte[]? OpenSecret(Guid webhookId, byte[]? sealedSecret) =>
        sealedSecret is null ? null : box.Unprotect(sealedSecret, webhookId, SecretColumn);

    /// <exception cref="CryptographicException">They cannot be decrypted.</exception>
    public IReadOnlyList<KeyValuePair<string, string>> OpenHeaders(Guid webhookId, byte[]? sealedHeaders) =>
        sealedHeaders is null
            ? CustomHeaders.None
            : [.. JsonSerializer.Deserialize<Dictionary<string, string>>(box.Unprotect(sealedHeaders, webhookId, HeadersColumn))!];

    /// <returns>The same secrets under the first master key, or null when they are under it already.</returns>
    /// <exception cref="CryptographicException">One of them cannot be decrypted.</exception>
    public SealedWebhook? Renew(SealedWebhook webhook)
    {
        if (!IsStale(webhook.Secret) && !IsStale(webhook.Headers))
            return null;
        return webhook with
        {
            Secret = Again(webhook.Id, webhook.Secret, SecretColumn),
            Headers = Again(webhook.Id, webhook.Headers, HeadersColumn),
        };
    }

    private bool IsStale(byte[]? value) => value is not null && box.IsStale(value);

    private byte[]? Again(Guid webhookId, byte[]? value, string column) =>
        value is null ? null : box.Protect(box.Unprotect(value, webhookId, column), webhookId, column);
}

/// <summary>The sealed parts of a webhook, as stored.</summary>
internal sealed record SealedWebhook
{
    public required long Seq { get; init; }

    public required Guid Id { get; init; }

    public byte[]? Secret { get; init; }

    public byte[]? Headers { get; init; }
}
