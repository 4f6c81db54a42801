namespace Gatepost.Server.Api;

/// <summary>Reads query parameters; the request's <see cref="QueryFaults"/> take every fault, so that one answer names them all.</summary>
internal sealed class QueryReader(HttpContext context)
{
    private readonly IQueryCollection query = context.Request.Query;
    private readonly FaultList faults = QueryFaults.Of(context);

    public Guid? Id(string name) => Read<Guid?>(name, text => Guid.TryParse(text, out var id) ? id : null, "invalid_id", $"{name} must be a UUID.");

    public DateTimeOffset? Time(string name) => Read<DateTimeOffset?>(
        name, text => Instant.TryParse(text, out var at) ? at : null, "invalid_instant", $"{name} must be an instant such as 2025-01-15T10:30:00.000Z.");

    /// <param name="parse">Null refuses the text.</param>
    public T? Read<T>(string name, Func<string, T?> parse, string code, string message)
    {
        if (!query.TryGetValue(name, out var values))
            return default;
        var value = values is [{ } text] ? parse(text) : default;
        if (value is null)
            faults.Add(name, code, message);
        return value;
    }
}
