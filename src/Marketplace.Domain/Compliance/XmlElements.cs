using System.Xml;
using System.Xml.Linq;

namespace Marketplace.Domain.Compliance;

/// <summary>
/// Walks a large file element by element; names count without their namespaces, which change with time.
/// </summary>
internal static class XmlElements
{
    /// <exception cref="ListFormatException">The text is no XML, has a DTD, or is larger than allowed.</exception>
    public static void Each(
        XmlReader reader, string file, IReadOnlyCollection<string> names, Action<XElement, int> take)
    {
        try
        {
            while (!reader.EOF)
            {
                if (reader.NodeType == XmlNodeType.Element && names.Contains(reader.LocalName, StringComparer.Ordinal))
                {
                    var line = Line(reader);
                    take((XElement)XNode.ReadFrom(reader), line);
                }
                else
                {
                    reader.Read();
                }
            }
        }
        catch (XmlException wrong)
        {
            throw new ListFormatException(file, Math.Max(wrong.LineNumber, 1), "XML", wrong.Message);
        }
    }

    /// <summary>The text of a child, or empty without it.</summary>
    public static string Text(this XElement parent, string child) =>
        parent.Elements().FirstOrDefault(one => one.Name.LocalName == child)?.Value.Trim() ?? string.Empty;

    /// <summary>The elements of a child that is a list.</summary>
    public static IEnumerable<XElement> All(this XElement parent, string list, string item) => parent.Elements()
        .Where(one => one.Name.LocalName == list)
        .SelectMany(one => one.Elements())
        .Where(one => one.Name.LocalName == item);

    /// <summary>Everything below of a name.</summary>
    public static IEnumerable<XElement> Below(this XElement parent, string name) =>
        parent.Descendants().Where(one => one.Name.LocalName == name);

    private static int Line(XmlReader reader) => reader is IXmlLineInfo at && at.HasLineInfo() ? at.LineNumber : 1;
}
