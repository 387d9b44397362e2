using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Marketplace.Domain.Compliance;

/// <summary>
/// Reads OFAC's <c>sdn_advanced.xml</c>. Its numbers mean what its own reference sets at the start say: they are never
/// taken for granted.
/// </summary>
public static class SdnAdvancedXml
{
    /// <exception cref="ListFormatException">The file is not as its format says.</exception>
    public static (DateOnly PublishedOn, IReadOnlyList<ListedParty> Parties) Read(XmlReader reader, string file)
    {
        var sets = new ReferenceSets();
        var parties = new List<ListedParty>();
        DateOnly? published = null;
        string[] wanted =
            ["DateOfIssue", "FeatureType", "PartyType", "PartySubType", "DistinctParty", "SanctionsEntry"];

        XmlElements.Each(reader, file, wanted, (element, line) =>
        {
            switch (element.Name.LocalName)
            {
                case "DateOfIssue":
                    published = Date(element, file, line);
                    break;
                case "DistinctParty":
                    parties.Add(Party(element, sets, file, line));
                    ListLimits.CheckCount(parties.Count, file, line);
                    break;
                case "SanctionsEntry":
                    sets.AddPrograms(element);
                    break;
                default:
                    sets.Add(element, file, line);
                    break;
            }
        });

        return published is { } on
            ? (on, [.. parties.Select(party => party with { Programs = sets.ProgramsOf(party.Id) })])
            : throw new ListFormatException(file, 1, "DateOfIssue", "is missing");
    }

    private static ListedParty Party(XElement party, ReferenceSets sets, string file, int line)
    {
        var profile = party.Below("Profile").FirstOrDefault()
            ?? throw new ListFormatException(file, line, "Profile", "is missing");
        var names = profile.Below("Alias")
            .OrderByDescending(alias => alias.Attribute("Primary")?.Value == "true")
            .SelectMany(alias => alias.Below("DocumentedName"))
            .Select(name => string.Join(' ', name.Below("NamePartValue").Select(part => part.Value.Trim())).Trim())
            .Where(name => name.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .ToArray();

        return ListLimits.Check(
            new()
            {
                Id = profile.Attribute("ID")?.Value ?? string.Empty,
                Kind = sets.Kind(profile.Attribute("PartySubTypeID")?.Value, file, line),
                Name = names.FirstOrDefault() ?? string.Empty,
                Aliases = names.Length > 0 ? names[1..] : [],
                Addresses = [.. profile.Below("Feature").SelectMany(sets.Addresses)],
            },
            file,
            line);
    }

    private static DateOnly Date(XElement date, string file, int line)
    {
        var text = $"{date.Text("Year")}-{date.Text("Month")}-{date.Text("Day")}";

        return DateOnly.TryParseExact(text, "yyyy-M-d", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on)
            ? on
            : throw new ListFormatException(file, line, "DateOfIssue", $"'{text}' is no date");
    }

    /// <summary>What the file's numbers mean.</summary>
    private sealed class ReferenceSets
    {
        private readonly Dictionary<string, string> _currencies = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (string Type, string Name)> _subTypes = new(StringComparer.Ordinal);
        private readonly Dictionary<string, List<string>> _programs = new(StringComparer.Ordinal);

        public void Add(XElement value, string file, int line)
        {
            var id = value.Attribute("ID")?.Value
                ?? throw new ListFormatException(file, line, value.Name.LocalName, "has no ID");
            var text = value.Value.Trim();

            if (value.Name.LocalName == "PartyType")
            {
                _types[id] = text;
            }
            else if (value.Name.LocalName == "PartySubType")
            {
                _subTypes[id] = (value.Attribute("PartyTypeID")?.Value ?? string.Empty, text);
            }
            else if (text.StartsWith(SdnXml.AddressWord, StringComparison.Ordinal))
            {
                _currencies[id] = text[SdnXml.AddressWord.Length..];
            }
        }

        public void AddPrograms(XElement entry)
        {
            var profile = entry.Attribute("ProfileID")?.Value ?? string.Empty;
            var known = _programs.GetValueOrDefault(profile) ?? [];
            known.AddRange(entry.Below("SanctionsMeasure").Select(measure => measure.Text("Comment"))
                .Where(program => program.Length > 0));
            _programs[profile] = known;
        }

        public IReadOnlyList<string> ProgramsOf(string profile) =>
            _programs.TryGetValue(profile, out var known) ? [.. known.Distinct(StringComparer.Ordinal)] : [];

        public IEnumerable<ListedAddress> Addresses(XElement feature) =>
            feature.Attribute("FeatureTypeID")?.Value is { } type && _currencies.TryGetValue(type, out var currency)
                ? feature.Below("VersionDetail").Select(detail => new ListedAddress(currency, detail.Value.Trim()))
                : [];

        public PartyKind Kind(string? subType, string file, int line)
        {
            if (subType is null || !_subTypes.TryGetValue(subType, out var known))
            {
                throw new ListFormatException(file, line, "PartySubTypeID", $"'{subType}' is in no reference set");
            }

            return known.Name switch
            {
                "Vessel" => PartyKind.Vessel,
                "Aircraft" => PartyKind.Aircraft,
                _ => _types.GetValueOrDefault(known.Type) == "Individual" ? PartyKind.Individual : PartyKind.Entity,
            };
        }
    }
}
