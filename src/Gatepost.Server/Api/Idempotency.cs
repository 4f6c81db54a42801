using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gatepost.Server.Auth;
using Gatepost.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace Gatepost.Server.Api;

/// <summary>Put on a POST that creates or sends.</summary>
/// <param name="Hides">A member that a repeated answer shows as null: what is shown only once.</param>
internal sealed record IdempotentMetadata(string? Hides);

/// <summary>
/// <c>Idempotency-Key</c>: the same key and body within 24 hours gets the first answer again, another body is refused.
/// Follows draft-ietf-httpapi-idempotency-key-header-07.
/// </summary>
internal sealed class Idempotency(RequestDelegate next, IIdempotencyStore store)
{
    public const string Header = "Idempotency-Key";
    public const int MaxKey = 255;

    private static readonly Problem BadKey = Problem.Invalid(Header, "invalid_idempotency_key", $"{Header} must be one value of 1 to {MaxKey} characters.");

    public Task InvokeAsync(HttpContext context)
    {
        var given = context.Request.Headers[Header];
        if (given.Count == 0 || context.GetEndpoint()?.Metadata.GetMetadata<IdempotentMetadata>() is not { } metadata)
            return next(context);
        return given is [{ Length: > 0 and <= MaxKey } key] ? RunAsync(context, key, metadata) : Problems.WriteAsync(context, BadKey);
    }

    private async Task RunAsync(HttpContext context, string key, IdempotentMetadata metadata)
    {
        var body = await ReadBodyAsync(context);
        var scope = Scope(context, key);
        switch (await store.BeginAsync(scope, SHA256.HashData(body), context.RequestAborted))
        {
            case IdempotencyStart.Begun { Claim: var claim }:
                context.Request.Body = new MemoryStream(body);
                await CarryOutAsync(context, claim, metadata);
                break;
            case IdempotencyStart.Answered { Body: { } answer } answered:
                await ReplayAsync(context, answered, answer);
                break;
            case IdempotencyStart.InProgress:
                await Problems.WriteAsync(context, Problem.Conflict("idempotency_in_progress", "The first request with this key is still running. Try again in a moment."));
                break;
            case IdempotencyStart.Reused:
                await Problems.WriteAsync(context, new Problem(ProblemKind.Invalid, "idempotency_key_reused", "This key was used with another body. Use a new key for a new request."));
                break;
            default:
                await Problems.WriteAsync(context, Problem.Conflict(
                    "idempotency_answer_lost", "The first request with this key was carried out, but its answer is gone. List the resources to see what it made."));
                break;
        }
    }

    private async Task CarryOutAsync(HttpContext context, IdempotencyClaim claim, IdempotentMetadata metadata)
    {
        var wire = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var buffer = new MemoryStream();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(buffer));
        var kept = false;
        try
        {
            IdempotencyScope.Enter(claim);
            await RunNextAsync(context);
            IdempotencyScope.Enter(null);
            if (context.Response.StatusCode < 500)
            {
                await store.AnswerAsync(claim, context.Response.StatusCode, context.Response.ContentType, Hide(buffer.ToArray(), metadata.Hides), CancellationToken.None);
                kept = true;
            }
        }
        finally
        {
            IdempotencyScope.Enter(null);
            context.Features.Set(wire);
            if (!kept)
                await store.AbandonAsync(claim);
        }

        buffer.Position = 0;
        await buffer.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    // What the caller sent wrong is an answer like any other: it is kept too.
    private async Task RunNextAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (ProblemException e)
        {
            await Problems.WriteAsync(context, e.Problem);
        }
    }

    private static async Task ReplayAsync(HttpContext context, IdempotencyStart.Answered answered, byte[] body)
    {
        context.Response.StatusCode = answered.Status;
        context.Response.ContentType = answered.ContentType;
        context.Response.ContentLength = body.Length;
        context.Response.Headers["Idempotent-Replayed"] = "true";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static async Task<byte[]> ReadBodyAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.ToArray();
    }

    private static byte[] Scope(HttpContext context, string key)
    {
        var organization = Caller.Of(context).Scope?.Id.ToString("N") ?? "instance";
        return SHA256.HashData(Encoding.UTF8.GetBytes($"{organization}\n{context.Request.Method}\n{context.Request.Path}\n{key}"));
    }

    private static byte[] Hide(byte[] answer, string? member)
    {
        if (member is null || answer.Length == 0 || JsonNode.Parse(answer) is not JsonObject json || !json.ContainsKey(member))
            return answer;
        json[member] = null;
        return Encoding.UTF8.GetBytes(json.ToJsonString(ApiJson.Options));
    }
}
