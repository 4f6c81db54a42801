using System.Text.Json;

namespace Gatepost.Server.Api;

/// <summary>Says in words what is wrong with a JSON text. The serializer tells faults apart only by its messages.</summary>
internal static class JsonFaults
{
    public static Problem ToProblem(JsonException e)
    {
        var whole = PathOf(e);
        var path = whole == "$" ? "the body" : whole.StartsWith("$.", StringComparison.Ordinal) ? whole[2..] : whole;
        // The right type, and a value that is none.
        if (e.Message.Contains("instant must be", StringComparison.Ordinal))
            return Problem.Invalid(path, "invalid_instant", $"{path}: {Sentence(e.Message)}");
        var (code, detail) = e.Message switch
        {
            var m when m.Contains("could not be mapped", StringComparison.Ordinal) =>
                ("unknown_member", $"{path} is not a known member here. Remove it or correct its spelling."),
            var m when m.Contains("uplicate", StringComparison.Ordinal) =>
                ("duplicate_member", $"{path} holds a member twice. Send each member once."),
            var m when m.Contains("could not be converted", StringComparison.Ordinal) =>
                ("wrong_type", $"{path} {Expected(m)}."),
            _ => ("malformed_json", $"The body is not valid JSON{Position(e)}."),
        };
        return new Problem(ProblemKind.Malformed, code, detail);
    }

    /// <summary>Begins with $. A member that may be absent is read apart, and its fault's path begins there.</summary>
    private static string PathOf(JsonException e) =>
        (e.Path ?? "$") + (e.InnerException is JsonException { Path: not null } inner ? PathOf(inner)[1..] : "");

    private static string Expected(string message) => message switch
    {
        _ when message.Contains("System.Int32", StringComparison.Ordinal) => "must be a whole number, at most 2147483647",
        _ when message.Contains("System.Boolean", StringComparison.Ordinal) => "must be true or false",
        _ when message.Contains("System.Guid", StringComparison.Ordinal) => "must be a UUID",
        _ when message.Contains("to System.String.", StringComparison.Ordinal) => "must be a text",
        _ => "has the wrong JSON type",
    };

    private static string Sentence(string message) => message.Split(" Path:")[0];

    private static string Position(JsonException e) =>
        e.LineNumber is { } line ? $" (line {line + 1}, byte {(e.BytePositionInLine ?? 0) + 1})" : "";
}
