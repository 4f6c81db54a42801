namespace Gatepost.Egress;

/// <summary>A request that knows how far its connection came, if it needed a new one.</summary>
internal sealed class EgressRequest(HttpMethod method, Uri url) : HttpRequestMessage(method, url)
{
    public ConnectTrace Trace { get; } = new();
}
