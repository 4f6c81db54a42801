namespace Gatepost.Tickets;

/// <summary>A file of a message: kept here, or known by the URL that a provider keeps it under.</summary>
internal sealed record TicketAttachment
{
    public required Guid Id { get; init; }

    /// <summary>Fit to be shown and saved.</summary>
    public required string FileName { get; init; }

    /// <summary>As the sender wrote it.</summary>
    public required string ContentType { get; init; }

    /// <summary>Bytes; null where only the provider has them.</summary>
    public long? Size { get; init; }

    /// <summary>The HTML shows it.</summary>
    public bool Inline { get; init; }

    /// <summary>Without angle brackets; the provider's id of its own file.</summary>
    public string? ContentId { get; init; }

    /// <summary>A kind of file that runs when it is opened. Kept, but whoever gets it should be warned.</summary>
    public bool Blocked { get; init; }

    /// <summary>Where the provider keeps it; null for what is kept here.</summary>
    public string? Url { get; init; }

    /// <summary>Only while it is added or fetched; lists leave it out.</summary>
    public byte[]? Content { get; init; }
}
