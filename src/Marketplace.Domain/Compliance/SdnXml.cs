using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Marketplace.Domain.Compliance;

/// <summary>Reads OFAC's <c>sdn.xml</c>, one entry at a time.</summary>
public static class SdnXml
{
    internal const string AddressWord = "Digital Currency Address - ";
    private const string DateFormat = "MM/dd/yyyy";

    /// <summary>How a list file is opened: no DTD, no entities from outside, an end to its size.</summary>
    public static XmlReaderSettings Settings => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = 500_000_000,
        MaxCharactersFromEntities = 1_000,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    /// <exception cref="ListFormatException">The file is not as its format says.</exception>
    public static (DateOnly PublishedOn, IReadOnlyList<ListedParty> Parties) Read(XmlReader reader, string file)
    {
        var parties = new List<ListedParty>();
        DateOnly? published = null;

        XmlElements.Each(reader, file, ["publshInformation", "sdnEntry"], (element, line) =>
        {
            if (element.Name.LocalName == "sdnEntry")
            {
                parties.Add(Party(element, file, line));
                ListLimits.CheckCount(parties.Count, file, line);
                return;
            }

            var text = element.Text("Publish_Date");
            published = DateOnly.TryParseExact(
                text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                    ? date
                    : throw new ListFormatException(file, line, "Publish_Date", $"'{text}' is no {DateFormat}");
        });

        return published is { } on
            ? (on, parties)
            : throw new ListFormatException(file, 1, "Publish_Date", "is missing");
    }

    private static ListedParty Party(XElement entry, string file, int line) => ListLimits.Check(
        new()
        {
            Id = entry.Text("uid"),
            Kind = entry.Text("sdnType").ToLowerInvariant() switch
            {
                "entity" => PartyKind.Entity,
                "individual" => PartyKind.Individual,
                "vessel" => PartyKind.Vessel,
                "aircraft" => PartyKind.Aircraft,
                var other => throw new ListFormatException(
                    file, line, "sdnType", $"'{other}' is not one of Individual, Entity, Vessel, Aircraft"),
            },
            Name = Name(entry),
            Aliases = [.. entry.All("akaList", "aka").Select(Name).Where(name => name.Length > 0)],
            Programs = [.. entry.All("programList", "program").Select(program => program.Value.Trim())],
            Countries =
            [
                .. entry.All("addressList", "address").Select(address => address.Text("country"))
                    .Where(country => country.Length > 0).Distinct(StringComparer.Ordinal),
            ],
            Addresses =
            [
                .. entry.All("idList", "id")
                    .Where(id => id.Text("idType").StartsWith(AddressWord, StringComparison.Ordinal))
                    .Select(id => new ListedAddress(id.Text("idType")[AddressWord.Length..], id.Text("idNumber"))),
            ],
        },
        file,
        line);

    private static string Name(XElement named) => $"{named.Text("firstName")} {named.Text("lastName")}".Trim();
}
