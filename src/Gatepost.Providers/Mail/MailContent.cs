namespace Gatepost.Providers.Mail;

/// <summary>The words of a mail.</summary>
public sealed record MailContent
{
    /// <summary>What the sender wrote, without the quoted mail and the signature. LF; at most 256 Ki characters.</summary>
    public required string VisibleText { get; init; }

    /// <summary>Everything, quotes marked with <c>&gt;</c>.</summary>
    public required string Text { get; init; }

    /// <summary>The quoted mail is missing from <see cref="VisibleText"/>.</summary>
    public bool StrippedQuote { get; init; }

    /// <summary>Taken from the HTML; else from the plain text.</summary>
    public bool IsFromHtml { get; init; }

    /// <summary>Everything, sanitised; null when there is no HTML. Pictures keep <c>cid:</c> addresses, remote ones are blocked.</summary>
    public string? Html { get; init; }

    /// <summary><see cref="Html"/> without quoted mails that the sender's client marked as such.</summary>
    public string? VisibleHtml { get; init; }

    /// <summary>Addresses of the pictures that were blocked.</summary>
    public IReadOnlyList<string> RemoteImages { get; init; } = [];

    /// <summary>What the text was decoded with.</summary>
    public string? Charset { get; init; }

    /// <summary>What the mail said.</summary>
    public string? DeclaredCharset { get; init; }
}
