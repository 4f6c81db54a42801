using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Providers.AspNetCore;

/// <summary>Receives callbacks in any ASP.NET Core application.</summary>
public static class ProviderCallbackRoutes
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post];

    /// <summary>
    /// Maps a route that answers the provider: 404 without an account, 413 above the provider's limit, its refusal when the
    /// request is not authentic, and what it wants to hear when it is and <paramref name="handler"/> has returned. An exception
    /// of the handler answers 500, on which providers repeat.
    /// </summary>
    /// <param name="pattern">Give it an unguessable segment: some providers sign nothing.</param>
    /// <param name="provider">One of <see cref="ProviderCatalog"/>.</param>
    /// <param name="account">Finds the account of a request; null when there is none.</param>
    /// <param name="handler">Stores the callback; it should be quick, and do the work later.</param>
    /// <param name="providerRoute">Which of the provider's routes this is; its first one when absent.</param>
    public static IEndpointConventionBuilder MapProviderCallback(
        this IEndpointRouteBuilder routes,
        string pattern,
        IProvider provider,
        Func<HttpContext, ValueTask<ProviderCallbackAccount?>> account,
        Func<ReceivedCallback, CancellationToken, Task<CallbackReceipt>> handler,
        string? providerRoute = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        var route = providerRoute ?? provider.Routes[0];
        if (!provider.Routes.Contains(route))
            throw new ArgumentException($"{provider.Name} serves {string.Join(", ", provider.Routes)}.", nameof(providerRoute));
        return routes.MapMethods(pattern, Methods, (RequestDelegate)(http => ReceiveAsync(http, provider, route, account, handler)));
    }

    private static async Task ReceiveAsync(
        HttpContext http,
        IProvider provider,
        string route,
        Func<HttpContext, ValueTask<ProviderCallbackAccount?>> findAccount,
        Func<ReceivedCallback, CancellationToken, Task<CallbackReceipt>> handler)
    {
        var cancellation = http.RequestAborted;
        if (await findAccount(http).ConfigureAwait(false) is not { } account)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (await CallbackRequestReader.ReadAsync(http, route, account.PublicUrl, provider.MaxBodyBytes, cancellation).ConfigureAwait(false) is not { } request)
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        var verification = await provider.VerifyAsync(request, Context(http, account), cancellation).ConfigureAwait(false);
        var answer = verification.Answer;
        if (verification is { IsValid: true, IsHandshake: false })
        {
            var receipt = await handler(Received(http, provider, request, verification), cancellation).ConfigureAwait(false);
            if (receipt == CallbackReceipt.SeenBefore)
                answer = new CallbackAnswer(verification.Replay?.StatusWhenSeen ?? StatusCodes.Status200OK);
        }

        await WriteAsync(http, answer, cancellation).ConfigureAwait(false);
    }

    private static CallbackContext Context(HttpContext http, ProviderCallbackAccount account) => new()
    {
        Credentials = account.Credentials,
        Now = (http.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System).GetUtcNow(),
        Certificates = http.RequestServices.GetService<ICertificateSource>(),
    };

    private static ReceivedCallback Received(HttpContext http, IProvider provider, CallbackRequest request, Verification verification)
    {
        try
        {
            return new ReceivedCallback { Http = http, Request = request, Parsed = provider.Parse(request), Replay = verification.Replay };
        }
        catch (CallbackFormatException e)
        {
            return new ReceivedCallback { Http = http, Request = request, Parsed = ParsedCallback.Nothing, Unparsed = e.Message, Replay = verification.Replay };
        }
    }

    private static async Task WriteAsync(HttpContext http, CallbackAnswer answer, CancellationToken cancellation)
    {
        http.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            http.Response.Headers[name] = value;
        if (answer.ContentType is not null)
            http.Response.ContentType = answer.ContentType;
        if (answer.Body.Length > 0 && !HttpMethods.IsHead(http.Request.Method))
            await http.Response.WriteAsync(answer.Body, cancellation).ConfigureAwait(false);
    }
}
