using Gatepost.Security;
using Gatepost.Server.Api;
using Gatepost.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace Gatepost.Server.Hosting;

/// <summary>The last line before the wire: whatever escapes becomes a problem that tells the caller what to do, and nothing of the inside.</summary>
internal sealed partial class ErrorHandling(RequestDelegate next, TimeProvider clock, ILogger<ErrorHandling> logger)
{
    private const int RetryAfterSeconds = 5;
    private const int MissingKeySeconds = 60;
    private const long MaxTaken = 64 * 1024 * 1024;
    private static readonly TimeSpan Taking = TimeSpan.FromSeconds(5);

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.ContentLength is null && context.Response.ContentType is null)
                await ExplainEmptyAsync(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            if (context.RequestAborted.IsCancellationRequested)
                return;
            context.Response.Clear();
            await ExplainAsync(context, e);
        }
    }

    private async Task ExplainAsync(HttpContext context, Exception e)
    {
        switch (e)
        {
            case ProblemException problem:
                await Problems.WriteAsync(context, problem.Problem, problem.RetryAfterSeconds);
                break;
            case StorageUnavailableException:
                Log.StorageUnavailable(logger, e);
                await Problems.WriteAsync(
                    context, new Problem(ProblemKind.Unavailable, "storage_unavailable", "The database cannot answer now; nothing was changed. Try again."), RetryAfterSeconds);
                break;
            case MasterKeyMissingException:
                Log.MasterKeyMissing(logger, e);
                await Problems.WriteAsync(
                    context, new Problem(ProblemKind.Unavailable, "master_key_missing", "What is stored was encrypted with a key that the server does not have now. Tell the operator."), MissingKeySeconds);
                break;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                await TakeBodyAsync(context);
                await Problems.WriteAsync(context, new Problem(ProblemKind.TooLarge, "request_too_large", "The request body is larger than this route takes."));
                break;
            case BadHttpRequestException bad:
                await Problems.WriteAsync(context, new Problem(ProblemKind.Malformed, "malformed_request", bad.Message));
                break;
            default:
                Log.Unexpected(logger, e, context.TraceIdentifier);
                await Problems.WriteAsync(
                    context, new Problem(ProblemKind.Internal, "internal_error", $"Something unexpected happened. Tell the operator the number {context.TraceIdentifier}."));
                break;
        }
    }

    // Most clients look for the answer only when all is sent: a connection closed on them before is a reset, and tells nothing.
    private async Task TakeBodyAsync(HttpContext context)
    {
        var waits = context.Request.Headers.Expect.Count > 0;
        if (waits || context.Request.ContentLength is null or > MaxTaken || context.Features.Get<IHttpMaxRequestBodySizeFeature>() is not { IsReadOnly: false } limit)
            return;
        limit.MaxRequestBodySize = null;
        using var patience = new CancellationTokenSource(Taking, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.RequestAborted);
        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, both.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // It sends too slowly, or is gone.
        }
    }

    // Routing and the binder answer some refusals with a bare status.
    private static Task ExplainEmptyAsync(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => Problems.WriteAsync(context, new Problem(ProblemKind.NotFound, "not_found", "There is nothing at this address. Check the path and its ids.")),
        StatusCodes.Status405MethodNotAllowed => Problems.WriteAsync(
            context, new Problem(ProblemKind.MethodNotAllowed, "method_not_allowed", "This address does not take this method; the Allow header names those it takes.")),
        StatusCodes.Status400BadRequest => Problems.WriteAsync(context, new Problem(ProblemKind.Malformed, "malformed_request", "A part of the address or the query has the wrong form.")),
        StatusCodes.Status413PayloadTooLarge => Problems.WriteAsync(context, new Problem(ProblemKind.TooLarge, "request_too_large", "The request body is larger than this route takes.")),
        StatusCodes.Status415UnsupportedMediaType => Problems.WriteAsync(
            context, new Problem(ProblemKind.UnsupportedMediaType, "unsupported_media_type", "Send the body as Content-Type: application/json.")),
        _ => Task.CompletedTask,
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A request was answered 503: the database is unavailable")]
        public static partial void StorageUnavailable(ILogger logger, Exception e);

        [LoggerMessage(Level = LogLevel.Error, Message = "A request was answered 503: the master key of what it needs is not configured")]
        public static partial void MasterKeyMissing(ILogger logger, Exception e);

        [LoggerMessage(Level = LogLevel.Error, Message = "A request failed unexpectedly ({TraceId})")]
        public static partial void Unexpected(ILogger logger, Exception e, string traceId);
    }
}
