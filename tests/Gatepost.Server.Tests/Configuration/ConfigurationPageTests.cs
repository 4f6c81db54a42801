using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using Gatepost.Server.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Server.Tests.Configuration;

/// <summary>docs/configuration.md has a row for every option, and no row for anything else.</summary>
public sealed partial class ConfigurationPageTests
{
    private static readonly string[] Rows = [.. File.ReadLines(Pages.Find("docs/configuration.md"))
        .Select(line => FirstCell().Match(line)).Where(m => m.Success).Select(m => m.Groups[1].Value)];

    [Fact]
    public void Options_Each_HasARow() => Options().Except(Rows).ShouldBeEmpty();

    [Fact]
    public void Rows_Each_NamesAnOption() => Rows.Except(Options()).ShouldBeEmpty();

    [Fact]
    public void Rows_OfOneOption_AreOne() => Rows.ShouldBeUnique();

    /// <summary>In the form of the environment; lists by their first entry.</summary>
    private static IEnumerable<string> Options()
    {
        var services = new ServiceCollection();
        services.AddGatepostOptions(new ConfigurationBuilder().Build());
        using var provider = services.BuildServiceProvider();
        return [.. provider.GetServices<GatepostOptions.OptionsCheck>().SelectMany(
            check => check.Type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is { IsPublic: true }),
            (check, property) => $"{check.Path.Replace(":", "__", StringComparison.Ordinal)}__{property.Name}{(IsList(property) ? "__0" : "")}")];
    }

    private static bool IsList(PropertyInfo property) =>
        property.PropertyType != typeof(string) && typeof(IEnumerable).IsAssignableFrom(property.PropertyType);

    [GeneratedRegex(@"^\| `(Gatepost__\w+)` \|")]
    private static partial Regex FirstCell();
}
