using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gatepost.Server.OpenApi;

/// <summary>
/// Describes the library's records with their own comments, as the framework does with those of this project:
/// it passes over another assembly's internal types. The compiler's file is embedded here, so that nothing is read from disk.
/// </summary>
internal static partial class LibraryComments
{
    private static readonly Lazy<Dictionary<string, string>> Summaries = new(Load);

    public static Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        var isNamed = SchemaNames.Of(context.JsonTypeInfo) is not null;
        if (isNamed && Find($"T:{context.JsonTypeInfo.Type.FullName}") is { } ofType)
            schema.Description ??= ofType;
        if (context.JsonPropertyInfo?.AttributeProvider is not PropertyInfo member || Find($"P:{member.DeclaringType}.{member.Name}") is not { } ofMember)
            return Task.CompletedTask;
        if (isNamed)
            (schema.Metadata ??= new Dictionary<string, object>())["x-ref-description"] = ofMember; // the framework puts it beside the reference
        else
            schema.Description ??= ofMember;
        return Task.CompletedTask;
    }

    private static string? Find(string id) => Summaries.Value.GetValueOrDefault(id.Replace('+', '.'));

    private static Dictionary<string, string> Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Gatepost.xml")
            ?? throw new InvalidOperationException("The library's comments are not embedded.");
        return XDocument.Load(stream).Descendants("member").Where(m => m.Element("summary") is not null)
            .ToDictionary(m => (string)m.Attribute("name")!, m => Text(m.Element("summary")!), StringComparer.Ordinal);
    }

    private static string Text(XElement summary) => Blanks().Replace(string.Concat(summary.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement see => (((string?)see.Attribute("cref") ?? (string?)see.Attribute("name")) ?? see.Value).Split('.')[^1],
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
