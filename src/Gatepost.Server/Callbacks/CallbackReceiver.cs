using Gatepost.Callbacks;
using Gatepost.Providers;
using Gatepost.Providers.AspNetCore;
using Gatepost.Server.Api;
using Gatepost.Storage;
using Gatepost.Telemetry;

namespace Gatepost.Server.Callbacks;

/// <summary>
/// The way of one callback: raw bytes, the account, the provider's own verification, one commit, the answer. Nothing is bound or
/// decoded before it is verified; there is no API key, the provider's signature is the authentication.
/// </summary>
internal sealed class CallbackReceiver(
    AccountDirectory accounts, ICallbackStore inbox, CallbackWorker worker, RefusedLog refused, SnsCertificates certificates, CallbackAddress address, BodyRoom room,
    TimeProvider clock)
{
    private const int RetryAfterSeconds = 60;

    // The provider is not to blame, and what it has to say must not be lost: it comes again.
    private static readonly Problem Unreadable = new(ProblemKind.Unavailable, "credentials_unreadable", "This callback cannot be verified now. Try again.");

    // What providers send, and the HEAD with which some of them look whether the address is there.
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post];

    public static void Map(WebApplication app) => app
        .MapMethods("/callbacks/{token}/{**route}", Methods, (HttpContext context, string token, string? route, CallbackReceiver receiver) => receiver.ReceiveAsync(context, token, route))
        .ExcludeFromDescription();

    private async Task ReceiveAsync(HttpContext context, string token, string? route)
    {
        if (route is null || await accounts.FindAsync(token, context.RequestAborted) is not { } account || ProviderCatalog.Find(account.Provider, route) is not { } provider)
        {
            await Problems.WriteAsync(context, Problem.NotFound("callback address"));
            return;
        }

        var started = clock.GetTimestamp();
        var result = CallbackAnswered.Unavailable;
        try
        {
            result = await AnswerAsync(context, account, provider, route);
        }
        catch (BadHttpRequestException)
        {
            result = CallbackAnswered.Refused;
            throw;
        }
        finally
        {
            CallbackMetrics.Answered(account.Provider, result, clock.GetElapsedTime(started));
        }
    }

    private async Task<CallbackAnswered> AnswerAsync(HttpContext context, CallbackAccount account, IProvider provider, string route)
    {
        if (account.Credentials is not { } credentials)
        {
            await Problems.WriteAsync(context, Unreadable, RetryAfterSeconds);
            return CallbackAnswered.Unavailable;
        }

        var request = await ReadAsync(context, account, provider, route);
        var verification = await provider.VerifyAsync(request, ContextOf(account, credentials), context.RequestAborted);
        if (!verification.IsValid)
            await refused.AddAsync(account, request, verification.Reason!, context.RequestAborted);
        var seen = verification is { IsValid: true, IsHandshake: false } ? await AcceptAsync(account, request, verification.Replay, context) : null;
        await WriteAsync(context, seen ?? verification);
        return ResultOf(verification, seen);
    }

    private static CallbackAnswered ResultOf(Verification verification, Verification? seen)
    {
        if (!verification.IsValid)
            return CallbackAnswered.Refused;
        if (verification.IsHandshake)
            return CallbackAnswered.Handshake;
        return seen is null ? CallbackAnswered.Accepted : CallbackAnswered.Duplicate;
    }

    /// <returns>What to answer instead, when it was seen before.</returns>
    private async Task<Verification?> AcceptAsync(CallbackAccount account, CallbackRequest request, ReplayGuard? guard, HttpContext context)
    {
        if (await StoreAsync(account, request, guard))
            return null;

        if (guard!.StatusWhenSeen is >= 200 and < 300)
            return Verification.Valid(new CallbackAnswer(guard.StatusWhenSeen));
        const string Reason = "It was received before.";
        await refused.AddAsync(account, request, Reason, context.RequestAborted);
        return Verification.Refused(Reason, guard.StatusWhenSeen);
    }

    private async Task<bool> StoreAsync(CallbackAccount account, CallbackRequest request, ReplayGuard? guard)
    {
        var stored = false;
        worker.BeginAnswer();
        try
        {
            // Whatever becomes of the connection: the provider may have gone, its message may not be lost.
            return stored = await inbox.AcceptAsync(account, request, guard, CancellationToken.None) is not null;
        }
        finally
        {
            worker.EndAnswer(stored);
        }
    }

    private CallbackContext ContextOf(CallbackAccount account, StoredCredentials credentials) => new()
    {
        Credentials = credentials.Credentials,
        Now = clock.GetUtcNow(),
        Certificates = (ICertificateSource?)account.Certificate ?? certificates,
    };

    private async Task<CallbackRequest> ReadAsync(HttpContext context, CallbackAccount account, IProvider provider, string route)
    {
        var url = address.Of(context, account.PublicUrl);
        if (await CallbackRequestReader.ReadAsync(context, route, url, provider.MaxBodyBytes, room.For(account, provider, context), context.RequestAborted) is { } request)
            return request with { Url = url };
        var withoutBody = new CallbackRequest
        {
            Method = context.Request.Method,
            Url = url,
            Route = route,
            Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase),
            Body = default,
            RemoteAddress = context.Connection.RemoteIpAddress,
        };
        var reason = $"The body is larger than {provider.MaxBodyBytes:N0} bytes.";
        await refused.AddAsync(account, withoutBody, reason, context.RequestAborted);
        throw new BadHttpRequestException(reason, StatusCodes.Status413PayloadTooLarge);
    }

    private static async Task WriteAsync(HttpContext context, Verification verification)
    {
        var (response, answer) = (context.Response, verification.Answer);
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        if (answer.ContentType is { } type)
            response.ContentType = type;
        if (!verification.IsValid && answer.Body.Length == 0)
            await Problems.WriteRefusedCallbackAsync(context, answer.Status, answer.Status == StatusCodes.Status503ServiceUnavailable ? RetryAfterSeconds : null);
        else if (answer.Body.Length == 0)
            response.ContentLength = 0;
        else
            await response.WriteAsync(answer.Body, context.RequestAborted);
    }
}
