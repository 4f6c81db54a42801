namespace Gatepost;

/// <summary>What kind of answer a refused request deserves; the value is its HTTP status.</summary>
internal enum ProblemKind
{
    Malformed = 400,
    Unauthenticated = 401,
    NotFound = 404,
    MethodNotAllowed = 405,
    Conflict = 409,
    TooLarge = 413,
    UnsupportedMediaType = 415,
    Invalid = 422,
    Throttled = 429,
    Internal = 500,
    Unavailable = 503,
}

/// <summary>One fault of one field: a stable snake_case code and a sentence that says what to do.</summary>
internal sealed record Fault(string Code, string Message);

/// <summary>An expected failure as a value: it becomes an RFC 9457 answer at the edge.</summary>
internal sealed record Problem(
    ProblemKind Kind,
    string Code,
    string Detail,
    IReadOnlyDictionary<string, IReadOnlyList<Fault>>? Errors = null)
{
    public static Problem NotFound(string what) =>
        new(ProblemKind.NotFound, "not_found", $"No such {what}. Check the id and the organization of your key.");

    public static Problem Off(string what, string setting) => new(ProblemKind.NotFound, "not_found", $"{what} is off. The server's setting {setting} turns it on.");

    public static Problem Conflict(string code, string detail) => new(ProblemKind.Conflict, code, detail);

    public static Problem Invalid(string field, string code, string message)
    {
        var faults = new FaultList();
        faults.Add(field, code, message);
        return faults.ToProblem();
    }
}
