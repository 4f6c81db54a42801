namespace Gatepost;

/// <summary>Collects every fault of a request, so that one answer names them all.</summary>
internal sealed class FaultList
{
    private readonly Dictionary<string, List<Fault>> faults = new(StringComparer.Ordinal);

    public FaultList()
    {
    }

    /// <summary>Goes on from what another list holds, and leaves that one as it is.</summary>
    public FaultList(FaultList known)
    {
        foreach (var (field, list) in known.faults)
            faults[field] = [.. list];
    }

    public bool Any => faults.Count > 0;

    /// <param name="field">JSON path of the member, such as <c>requester.email</c> or <c>events[3]</c>.</param>
    public void Add(string field, string code, string message)
    {
        if (!faults.TryGetValue(field, out var list))
            faults[field] = list = [];
        list.Add(new Fault(code, message));
    }

    public void AddAll(FaultList others)
    {
        foreach (var (field, list) in others.faults)
        {
            foreach (var fault in list)
                Add(field, fault.Code, fault.Message);
        }
    }

    /// <summary>Refuses a missing text, or one whose length in characters is outside the range: Unicode's, as JSON Schema counts them.</summary>
    public void CheckLength(string field, string? value, int min, int max, bool required = true)
    {
        if (value is null)
        {
            if (required)
                Add(field, "required", $"{field} is required.");
            return;
        }

        var length = CountCharacters(value);
        if (length < min || (min > 0 && string.IsNullOrWhiteSpace(value)))
            Add(field, "too_short", min <= 1 ? $"{field} must not be empty or only blanks." : $"{field} needs at least {min} characters, not only blanks.");
        else if (length > max)
            Add(field, "too_long", $"{field} may have at most {max} characters; it has {length}.");
    }

    public Problem ToProblem()
    {
        var errors = faults.ToDictionary(f => f.Key, f => (IReadOnlyList<Fault>)f.Value, StringComparer.Ordinal);
        var all = errors.SelectMany(f => f.Value).ToList();
        return all.Count == 1
            ? new Problem(ProblemKind.Invalid, all[0].Code, all[0].Message, errors)
            : new Problem(ProblemKind.Invalid, "validation_failed", $"{all.Count} values must be corrected; errors names each.", errors);
    }

    private static int CountCharacters(string text)
    {
        var length = text.Length;
        foreach (var c in text)
        {
            if (char.IsLowSurrogate(c))
                length--;
        }

        return length;
    }
}
