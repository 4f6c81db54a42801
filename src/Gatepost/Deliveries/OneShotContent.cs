using System.Net;

namespace Gatepost.Deliveries;

/// <summary>A request body that is written once: whatever the HTTP stack would like to retry, one attempt sends one request.</summary>
internal sealed class OneShotContent(ReadOnlyMemory<byte> body) : HttpContent
{
    private bool written;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <exception cref="IOException">It was written before.</exception>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref written, true))
            throw new IOException("The connection was lost after the request had been sent.");
        await stream.WriteAsync(body, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
