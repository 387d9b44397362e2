using System.Globalization;
using System.Reflection;
using System.Text;
using Marketplace.Testing;

namespace Marketplace.Host.Tests.Configuration;

/// <summary>docs/configuration.md is written from the options classes, so that it cannot say what is not so.</summary>
public sealed class ConfigurationDocumentTests
{
    private const string Head = """
        # Configuration of the host

        Written from the options classes by a test; edit their summaries, not this page. Every key can stand in
        `appsettings.json` (`"Storage": { "Provider": "Sqlite" }`), in the environment with two underscores
        (`Storage__Provider=Sqlite`) or on the command line (`--Storage:Provider=Sqlite`). Durations are
        `[days.]hours:minutes:seconds`, amounts of USDC plain numbers. A wrong value stops the start with a message that
        names the key and what is allowed.

        Besides: `MARKETPLACE_ADMIN_KEY` in the environment gives the first administrator's API key; without it one is made
        and printed at the first start. `Logging:LogLevel:...` and `ASPNETCORE_URLS` are .NET's own.
        """;

    [Fact]
    public async Task The_document_says_what_the_options_classes_say()
    {
        var cancel = TestContext.Current.CancellationToken;
        var path = Path.Combine(SharedData.RepositoryRoot, "docs", "configuration.md");
        var expected = Write();
        var actual = File.Exists(path) ? await File.ReadAllTextAsync(path, cancel) : "";

        if (actual != expected)
        {
            await File.WriteAllTextAsync($"{path}.actual", expected, cancel);
            Assert.Fail("docs/configuration.md differs from the options classes; what they say is in "
                + "docs/configuration.md.actual: look at it, and move it there when it is right");
        }
    }

    private static string Write()
    {
        var text = new StringBuilder(Head).Append('\n');

        foreach (var type in OptionsClasses.All)
        {
            var section = OptionsClasses.Section(type);
            var defaults = OptionsClasses.Defaults(type);
            text.Append(CultureInfo.InvariantCulture, $"\n## {section}\n\n{XmlSummaries.Of(type)}\n\n");
            text.Append("| Key | Kind | Default | Meaning |\n|---|---|---|---|\n");

            foreach (var property in OptionsClasses.Properties(type))
            {
                var key = $"{section}:{property.Name}" + (OptionsClasses.IsList(property) ? ":0, :1, ..."
                    : OptionsClasses.IsByName(property) ? ":NAME:..." : "");
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{key}` | {Kind(property)} | {Default(property, defaults)} | {XmlSummaries.Of(property)} |\n");
            }
        }

        return text.ToString();
    }

    private static string Kind(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

        return type switch
        {
            _ when type == typeof(string) => "text",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(int) || type == typeof(long) => "whole number",
            _ when type == typeof(decimal) || type == typeof(double) => "number",
            _ when type == typeof(TimeSpan) => "duration",
            _ when type.IsEnum => string.Join(" or ", Enum.GetNames(type)),
            _ when OptionsClasses.IsList(property) => "list of texts",
            _ when OptionsClasses.IsByName(property) => "sections by name",
            _ => type.Name,
        };
    }

    private static string Default(PropertyInfo property, object defaults) => property.GetValue(defaults) switch
    {
        null or "" => "none",
        System.Collections.IEnumerable list and not string when !list.Cast<object>().Any() => "none",
        bool value => value ? "`true`" : "`false`",
        IFormattable value => $"`{value.ToString(null, CultureInfo.InvariantCulture)}`",
        var value => $"`{value}`",
    };
}
