namespace Gatepost.Server.Api;

/// <summary>The faults of a list's query: page, filters and unknown names are read apart from each other and answered together.</summary>
internal static class QueryFaults
{
    private static readonly object Key = new();
    private static readonly IReadOnlyList<string> OfPages = ["limit", "cursor"];

    /// <summary>What the request's parameters collect into while they are bound.</summary>
    public static FaultList Of(HttpContext context)
    {
        if (context.Items[Key] is not FaultList faults)
            context.Items[Key] = faults = new FaultList();
        return faults;
    }

    /// <summary>Answers with all of them before the list is read. Other routes are left as they are.</summary>
    public static RouteGroupBuilder RefuseFaultyQueries(this RouteGroupBuilder group) => group.AddEndpointFilterFactory((route, next) =>
        Array.Exists(route.MethodInfo.GetParameters(), p => p.ParameterType == typeof(PageQuery)) ? call => CheckAsync(call, next) : next);

    private static ValueTask<object?> CheckAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var faults = Of(call.HttpContext);
        AddUnknown(call.HttpContext, faults);
        return faults.Any ? ValueTask.FromResult<object?>(faults.ToProblem().ToResult()) : next(call);
    }

    // A misspelled filter would otherwise show everything, and look like an answer.
    private static void AddUnknown(HttpContext context, FaultList faults)
    {
        if (context.Request.Query.Count == 0)
            return;
        List<string> known = [.. context.GetEndpoint()!.Metadata.GetOrderedMetadata<QueryParameter>().Select(p => p.Name), .. OfPages];
        foreach (var name in context.Request.Query.Keys.Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)))
            faults.Add(name, "unknown_parameter", $"{name} is not a parameter of this list. Known are {string.Join(", ", known)}.");
    }
}
