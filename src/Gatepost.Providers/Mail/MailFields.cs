namespace Gatepost.Providers.Mail;

/// <summary>An e-mail that a provider took apart, ready to be put together again.</summary>
internal sealed record MailFields
{
    /// <summary>The header fields as they came, in order. What describes the content is left out: it is made anew.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public string? Text { get; init; }

    public string? Html { get; init; }

    public IReadOnlyList<MailFile> Files { get; init; } = [];
}

/// <param name="ContentId">Without angle brackets; null for a plain attachment.</param>
internal sealed record MailFile(string? Name, string? ContentType, ReadOnlyMemory<byte> Content, string? ContentId = null);
