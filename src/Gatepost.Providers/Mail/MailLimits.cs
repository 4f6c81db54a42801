using MimeKit;

namespace Gatepost.Providers.Mail;

/// <summary>
/// Runs through a message without building it and stops at the first bound that it breaks: a few bytes can name one more part,
/// so 50 MiB could become millions of objects.
/// </summary>
internal sealed class MailLimits : MimeReader
{
    private const int MostParts = 100;
    private const int MostHeaders = 1000;
    private const int MostHeaderBytes = 64 * 1024;

    private int parts;
    private int headers;

    private MailLimits(Stream stream)
        : base(MailLoader.Options, stream, MimeFormat.Entity)
    {
    }

    /// <returns>What is too much; null when nothing is.</returns>
    public static string? Check(Stream stream)
    {
        try
        {
            new MailLimits(stream).ReadMessage();
            return null;
        }
        catch (OverLimitException e)
        {
            return e.Message;
        }
    }

    protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken)
    {
        if (++headers > MostHeaders)
            throw new OverLimitException($"The message has more than {MostHeaders} header fields.");
        if (header.RawValue.Length > MostHeaderBytes)
            throw new OverLimitException($"A header field is longer than {MostHeaderBytes / 1024} KiB.");
    }

    protected override void OnMimePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => CountPart();

    protected override void OnMultipartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => CountPart();

    protected override void OnMessagePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => CountPart();

    private void CountPart()
    {
        if (++parts > MostParts)
            throw new OverLimitException($"The message has more than {MostParts} parts.");
    }

    private sealed class OverLimitException(string message) : Exception(message);
}
