using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;

namespace Gatepost.Server.Api;

/// <summary>A JSON request body, read strictly: what cannot be read is a 400 that says where, not an exception page.</summary>
internal sealed class Body<T>(T value) : IBindableFromHttpContext<Body<T>>, IEndpointParameterMetadataProvider
    where T : class
{
    public T Value { get; } = value;

    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        using var body = await RequestBody.ReadAsync(context);
        try
        {
            var value = JsonSerializer.Deserialize<T>(body.Json.Span, ApiJson.Options);
            return new Body<T>(value ?? throw new JsonException("The body must be a JSON object."));
        }
        catch (JsonException e)
        {
            throw new ProblemException(JsonFaults.ToProblem(e));
        }
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T), isOptional: false));
}
