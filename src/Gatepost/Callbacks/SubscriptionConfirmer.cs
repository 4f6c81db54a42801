using Gatepost.Egress;

namespace Gatepost.Callbacks;

/// <summary>Confirms an SNS subscription by GETting the URL that a verified request named; its host was checked with it.</summary>
internal sealed class SubscriptionConfirmer(EgressHandler egress, TimeProvider clock)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <exception cref="HttpRequestException">SNS did not take it; the callback is tried again.</exception>
    public async Task ConfirmAsync(Uri url, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Deadline, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            using var request = new EgressRequest(HttpMethod.Get, url);
            using var response = await egress.SendAsync(request, both.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw new HttpRequestException($"SNS answered {(int)response.StatusCode} to the confirmation.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException("SNS did not answer the confirmation in time.");
        }
    }
}
