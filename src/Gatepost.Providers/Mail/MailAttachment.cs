namespace Gatepost.Providers.Mail;

/// <summary>A file of a mail.</summary>
public sealed record MailAttachment
{
    /// <summary>As the sender wrote it: show it to nobody, open nothing by it.</summary>
    public string? RawFileName { get; init; }

    /// <summary>No path, no control characters, at most 200 bytes; made up when there was none.</summary>
    public required string FileName { get; init; }

    /// <summary>As the sender wrote it: do not serve it as this without <c>nosniff</c>.</summary>
    public required string ContentType { get; init; }

    /// <summary>Without angle brackets.</summary>
    public string? ContentId { get; init; }

    /// <summary>The HTML shows it.</summary>
    public bool IsInline { get; init; }

    /// <summary>A kind of file that runs when it is opened.</summary>
    public bool IsBlocked { get; init; }

    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Lower-case hex.</summary>
    public required string Sha256 { get; init; }
}
