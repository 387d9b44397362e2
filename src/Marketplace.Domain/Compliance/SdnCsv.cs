using System.Globalization;
using System.Text.RegularExpressions;

namespace Marketplace.Domain.Compliance;

/// <summary>
/// Reads the comma-separated form of OFAC's list: 12 columns, <c>-0-</c> for nothing. Remarks that are too long go on
/// in a file of their own, cut wherever the limit fell, so both are joined before addresses are looked for in them.
/// </summary>
public static partial class SdnCsv
{
    private const string SdnFile = "sdn.csv";
    private const string AltFile = "alt.csv";
    private const string AddFile = "add.csv";
    private const string CommentsFile = "sdn_comments.csv";

    private static readonly string[] SdnFields =
    [
        "ent_num", "SDN_Name", "SDN_Type", "Program", "Title", "Call_Sign", "Vess_type", "Tonnage", "GRT", "Vess_flag",
        "Vess_owner", "Remarks",
    ];

    private static readonly string[] AltFields = ["ent_num", "alt_num", "alt_type", "alt_name", "alt_remarks"];

    private static readonly string[] AddFields =
        ["ent_num", "Add_num", "Address", "City/State/Zip", "Country", "Add_remarks"];

    private static readonly string[] CommentsFields = ["ent_num", "remarks"];

    /// <exception cref="ListFormatException">A file is not as its format says.</exception>
    public static IReadOnlyList<ListedParty> Read(SdnCsvFiles files)
    {
        var rows = CsvRows.Read(SdnFile, files.Sdn, SdnFields).ToArray();
        ListLimits.CheckCount(rows.Length, SdnFile, rows.Length);
        var known = rows.Select(row => Number(SdnFile, row, SdnFields)).ToHashSet(StringComparer.Ordinal);
        var names = Gather(AltFile, files.Alt, AltFields, known, row => row.Text(3));
        var countries = Gather(AddFile, files.Add, AddFields, known, row => row.Text(4));
        var comments = Gather(CommentsFile, files.Comments, CommentsFields, known, row => row.Raw(1));

        if (known.Count != rows.Length)
        {
            var twice = rows.GroupBy(row => row.Text(0), StringComparer.Ordinal).First(group => group.Count() > 1);
            throw new ListFormatException(SdnFile, twice.Last().Line, SdnFields[0], $"{twice.Key} is there twice");
        }

        return [.. rows.Select(Party)];

        ListedParty Party(CsvRow row)
        {
            var id = row.Text(0);
            var remarks = row.Raw(11) + string.Concat(comments[id]);

            return ListLimits.Check(
                new()
                {
                    Id = id,
                    Kind = Kind(row),
                    Name = row.Text(1),
                    Aliases = [.. names[id].Where(name => name.Length > 0)],
                    Programs = [.. Programs(row.Text(3))],
                    Countries =
                    [
                        .. countries[id].Where(country => country.Length > 0).Distinct(StringComparer.Ordinal),
                    ],
                    Addresses = [.. Addresses(remarks)],
                },
                SdnFile,
                row.Line);
        }
    }

    /// <summary>The addresses in joined remarks.</summary>
    internal static IEnumerable<ListedAddress> Addresses(string remarks) =>
        Address().Matches(remarks).Select(match => new ListedAddress(
            match.Groups["currency"].Value, match.Groups["address"].Value.TrimEnd('.', ',')));

    private static ILookup<string, string> Gather(
        string file, string text, string[] fields, HashSet<string> known, Func<CsvRow, string> value) =>
        CsvRows.Read(file, text, fields)
            .Select(row => (Id: Number(file, row, fields), row))
            .Select(pair => known.Contains(pair.Id)
                ? pair
                : throw new ListFormatException(file, pair.row.Line, fields[0], $"{pair.Id} is no party of {SdnFile}"))
            .ToLookup(pair => pair.Id, pair => value(pair.row), StringComparer.Ordinal);

    private static string Number(string file, CsvRow row, string[] fields) =>
        int.TryParse(row.Text(0), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? row.Text(0)
            : throw new ListFormatException(file, row.Line, fields[0], $"'{row.Text(0)}' is no number");

    private static PartyKind Kind(CsvRow row) => row.Text(2).ToLowerInvariant() switch
    {
        "" or "entity" => PartyKind.Entity,
        "individual" => PartyKind.Individual,
        "vessel" => PartyKind.Vessel,
        "aircraft" => PartyKind.Aircraft,
        var other => throw new ListFormatException(
            SdnFile, row.Line, SdnFields[2], $"'{other}' is not one of individual, entity, vessel, aircraft"),
    };

    /// <summary>Several programmes are written as <c>CUBA] [SDGT</c>.</summary>
    private static string[] Programs(string text) => text.Split(
        ["] [", "[", "]", ";"], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    [GeneratedRegex(
        @"Digital Currency Address\s*-\s*(?<currency>[A-Za-z0-9]{2,10})\s+(?<address>[^;\s]+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        10_000)]
    private static partial Regex Address();
}
