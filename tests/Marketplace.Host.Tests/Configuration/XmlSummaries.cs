using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Marketplace.Host.Tests.Configuration;

/// <summary>The summaries that the compiler has written beside the assemblies, as Markdown on one line.</summary>
internal static partial class XmlSummaries
{
    public static string Of(Type type) => Read(type.Assembly, $"T:{type.FullName}");

    public static string Of(PropertyInfo property) =>
        Read(property.DeclaringType!.Assembly, $"P:{property.DeclaringType.FullName}.{property.Name}");

    private static string Read(Assembly assembly, string member)
    {
        var file = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"));
        var summary = file.Descendants("member").FirstOrDefault(e => (string?)e.Attribute("name") == member)?.Element("summary");
        Assert.True(summary is not null, $"{member} has no summary: say what it is, its unit and its default");

        return Spaces().Replace(string.Concat(summary.Nodes().Select(Text)), " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement element when element.Attribute("cref") is { } cref => $"`{cref.Value.Split('.')[^1]}`",
        XElement element => element.Value,
        _ => "",
    };

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex Spaces();
}
