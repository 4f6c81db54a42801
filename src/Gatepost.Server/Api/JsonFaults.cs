using System.Text.Json;

namespace Gatepost.Server.Api;

/// <summary>Says in words what is wrong with a JSON text. The serializer tells faults apart only by its messages.</summary>
internal static class JsonFaults
{
    public static Problem ToProblem(JsonException e)
    {
        var path = e.Path is null or "$" ? "the body" : e.Path.StartsWith("$.", StringComparison.Ordinal) ? e.Path[2..] : e.Path;
        var (code, detail) = e.Message switch
        {
            var m when m.Contains("could not be mapped", StringComparison.Ordinal) =>
                ("unknown_member", $"{path} is not a known member here. Remove it or correct its spelling."),
            var m when m.Contains("uplicate", StringComparison.Ordinal) =>
                ("duplicate_member", $"{path} holds a member twice. Send each member once."),
            var m when m.Contains("could not be converted", StringComparison.Ordinal) =>
                ("wrong_type", $"{path} has the wrong JSON type."),
            var m when m.Contains("instant must be", StringComparison.Ordinal) => ("wrong_type", $"{path}: {Sentence(m)}"),
            _ => ("malformed_json", $"The body is not valid JSON{Position(e)}."),
        };
        return new Problem(ProblemKind.Malformed, code, detail);
    }

    private static string Sentence(string message) => message.Split(" Path:")[0];

    private static string Position(JsonException e) =>
        e.LineNumber is { } line ? $" (line {line + 1}, byte {(e.BytePositionInLine ?? 0) + 1})" : "";
}
