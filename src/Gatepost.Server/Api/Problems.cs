using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatepost.Server.Api;

/// <summary>The one place where error answers are built: RFC 9457 with a stable <c>code</c> and a <c>detail</c> that says what to do.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    public static IResult ToResult(this Problem problem, int? retryAfterSeconds = null) => new ProblemResult(problem, retryAfterSeconds);

    /// <summary>200 (or the given status) with the value, or the problem.</summary>
    public static IResult ToResult<T>(this Result<T> result, Func<T, object> view, int status = StatusCodes.Status200OK) =>
        result.IsOk ? Results.Json(view(result.Value), ApiJson.Options, statusCode: status) : result.Problem.ToResult();

    public static Task WriteAsync(HttpContext context, Problem problem, int? retryAfterSeconds = null)
    {
        if (problem.Kind == ProblemKind.Unauthenticated)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        return WriteAsync(context, View((int)problem.Kind, Title(problem.Kind), problem.Code, problem.Detail, problem.Errors), retryAfterSeconds);
    }

    /// <summary>To a provider, with the status that it expects.</summary>
    public static Task WriteRefusedCallbackAsync(HttpContext context, int status, int? retryAfterSeconds) => WriteAsync(
        context, View(status, "The callback was refused", "callback_refused", "The inbox of the account's organization says why, GET /v1/callbacks."), retryAfterSeconds);

    public static string Title(ProblemKind kind) => kind switch
    {
        ProblemKind.Malformed => "The request could not be read",
        ProblemKind.Unauthenticated => "A valid API key is needed",
        ProblemKind.NotFound => "Not found",
        ProblemKind.MethodNotAllowed => "This method is not taken here",
        ProblemKind.Conflict => "The present state does not allow this",
        ProblemKind.TooLarge => "The request is too large",
        ProblemKind.UnsupportedMediaType => "The body must be application/json",
        ProblemKind.Invalid => "Some values are not valid",
        ProblemKind.Throttled => "Too many requests",
        ProblemKind.Internal => "The request failed",
        ProblemKind.Unavailable => "The service cannot answer now",
        _ => "The request failed",
    };

    private static ProblemView View(int status, string title, string code, string detail, IReadOnlyDictionary<string, IReadOnlyList<Fault>>? errors = null) =>
        new($"https://gatepost.dev/problems/{code}", title, status, detail, code, errors);

    private static Task WriteAsync(HttpContext context, ProblemView body, int? retryAfterSeconds)
    {
        context.Response.StatusCode = body.Status;
        context.Response.ContentType = ContentType;
        if (retryAfterSeconds is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return JsonSerializer.SerializeAsync(context.Response.Body, body, ApiJson.Options, context.RequestAborted);
    }

    private sealed class ProblemResult(Problem problem, int? retryAfterSeconds) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, problem, retryAfterSeconds);
    }
}

/// <summary>The shape of every error (RFC 9457).</summary>
/// <param name="Detail">What to do.</param>
/// <param name="Code">Stable, snake_case.</param>
/// <param name="Errors">Every fault by the field it belongs to; absent where no field is at fault.</param>
internal sealed record ProblemView(
    string Type, string Title, int Status, string Detail, string Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, IReadOnlyList<Fault>>? Errors);

/// <summary>Carries a problem out of request binding, where no result can be returned; the exception handler turns it into an answer.</summary>
internal sealed class ProblemException(Problem problem, int? retryAfterSeconds = null) : Exception(problem.Detail)
{
    public Problem Problem { get; } = problem;

    public int? RetryAfterSeconds { get; } = retryAfterSeconds;
}
