using System.Text;
using System.Xml;
using Marketplace.Domain.Compliance;

namespace Marketplace.Domain.Tests.Compliance;

/// <summary>The three forms of the list, in files of our own that name nobody who exists.</summary>
public sealed class ListFileTests
{
    private const string Cut = "SoLAddressThatIsCutInTwo1111111111111111111";

    private static readonly SdnCsvFiles Csv = new(
        "36,\"STAR, The \"\"Northern\"\"\",-0- ,\"TEST] [TEST2\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n"
        + "173,\"EXAMPLE, Ivan\",\"individual\",\"TEST\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"
        + $"\"DOB 01 Jan 1970; Digital Currency Address - XBT 1ExampleBitcoinAddress; alt. Digital Currency Address - SOL {Cut[..20]}\"\r\n"
        + "\u001A",
        "173,1,\"aka\",\"EXAMPLOV, I.\",-0- \r\n",
        "173,9,\"1 Street\",\"Town 123\",\"Nowhere\",-0- \r\n36,10,-0- ,-0- ,-0- ,-0- \r\n",
        $"173,\"{Cut[20..]}; Linked To: STAR.\"\r\n");

    [Fact]
    public void The_four_files_are_one_list()
    {
        var parties = SdnCsv.Read(Csv);

        Assert.Equal(["STAR, The \"Northern\"", "EXAMPLE, Ivan"], parties.Select(party => party.Name));
        Assert.Equal([PartyKind.Entity, PartyKind.Individual], parties.Select(party => party.Kind));
        Assert.Equal(["TEST", "TEST2"], parties[0].Programs);
        Assert.Equal(["EXAMPLOV, I."], parties[1].Aliases);
        Assert.Equal(["Nowhere"], parties[1].Countries);
        Assert.Empty(parties[0].Countries);
    }

    [Fact]
    public void An_address_that_is_cut_between_two_files_is_whole_again() => Assert.Equal(
        [new ListedAddress("XBT", "1ExampleBitcoinAddress"), new ListedAddress("SOL", Cut)], SdnCsv.Read(Csv)[1].Addresses);

    [Theory]
    [InlineData("36,\"A\",-0- ,\"T\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ", 1, "Remarks")]
    [InlineData("36,\"A\",-0- ,\"T\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,x", 1, "row")]
    [InlineData("\n\nx36,\"A\",-0- ,\"T\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ", 3, "ent_num")]
    [InlineData("36,\"A\",robot,\"T\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ", 1, "SDN_Type")]
    [InlineData("36,\"A,-0- ", 1, "SDN_Name")]
    [InlineData("36,\"A\"b,-0- ", 1, "SDN_Name")]
    [InlineData("36,-0- ,-0- ,\"T\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ", 1, "name")]
    public void A_broken_row_is_told_by_file_line_and_field(string sdn, int line, string field)
    {
        var wrong = Assert.Throws<ListFormatException>(() => SdnCsv.Read(new(sdn, "", "", "")));

        Assert.Equal(("sdn.csv", line, field), (wrong.File, wrong.Line, wrong.Field));
    }

    [Fact]
    public void What_belongs_to_nobody_is_refused()
    {
        var wrong = Assert.Throws<ListFormatException>(() => SdnCsv.Read(Csv with { Alt = "\n99,1,aka,\"X Y\",-0- \n" }));

        Assert.Equal(("alt.csv", 2, "ent_num"), (wrong.File, wrong.Line, wrong.Field));
    }

    [Fact]
    public void An_address_longer_than_the_list_allows_is_refused()
    {
        var remarks = $"\"Digital Currency Address - SOL {new string('x', 257)}\"";
        var wrong = Assert.Throws<ListFormatException>(
            () => SdnCsv.Read(new($"36,A B,-0- ,T,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,{remarks}", "", "", "")));

        Assert.Contains("SOL", wrong.Field, StringComparison.Ordinal);
    }

    [Fact]
    public void The_plain_XML_form_says_the_same()
    {
        const string Text = """
            <?xml version="1.0"?>
            <sdnList xmlns="urn:of:whatever:version">
              <publshInformation><Publish_Date>02/28/2026</Publish_Date><Record_Count>1</Record_Count></publshInformation>
              <sdnEntry>
                <uid>173</uid><firstName>Ivan</firstName><lastName>EXAMPLE</lastName><sdnType>Individual</sdnType>
                <programList><program>TEST</program></programList>
                <idList>
                  <id><uid>1</uid><idType>Passport</idType><idNumber>A 1</idNumber></id>
                  <id><uid>2</uid><idType>Digital Currency Address - SOL</idType><idNumber>SoLOne</idNumber></id>
                </idList>
                <akaList><aka><uid>3</uid><type>a.k.a.</type><lastName>EXAMPLOV</lastName></aka></akaList>
                <addressList><address><uid>4</uid><country>Nowhere</country></address></addressList>
              </sdnEntry>
            </sdnList>
            """;

        var (on, parties) = SdnXml.Read(Open(Text), "sdn.xml");

        var party = Assert.Single(parties);
        Assert.Equal(new DateOnly(2026, 2, 28), on);
        Assert.Equal(("173", "Ivan EXAMPLE", PartyKind.Individual), (party.Id, party.Name, party.Kind));
        Assert.Equal(["EXAMPLOV"], party.Aliases);
        Assert.Equal([new ListedAddress("SOL", "SoLOne")], party.Addresses);
        Assert.Equal(["Nowhere"], party.Countries);
    }

    [Fact]
    public void The_advanced_form_is_read_by_its_own_numbers()
    {
        const string Text = """
            <Sanctions xmlns="urn:of:whatever:version">
              <DateOfIssue CalendarTypeID="1"><Year>2026</Year><Month>2</Month><Day>28</Day></DateOfIssue>
              <ReferenceValueSets>
                <FeatureTypeValues>
                  <FeatureType ID="8">Birthdate</FeatureType><FeatureType ID="4711">Digital Currency Address - SOL</FeatureType>
                </FeatureTypeValues>
                <PartySubTypeValues>
                  <PartySubType ID="3" PartyTypeID="2">Unknown</PartySubType><PartySubType ID="4" PartyTypeID="1">Unknown</PartySubType>
                </PartySubTypeValues>
                <PartyTypeValues><PartyType ID="1">Individual</PartyType><PartyType ID="2">Entity</PartyType></PartyTypeValues>
              </ReferenceValueSets>
              <DistinctParties>
                <DistinctParty FixedRef="173"><Profile ID="173" PartySubTypeID="4">
                  <Identity ID="1" Primary="true">
                    <Alias Primary="false"><DocumentedName><DocumentedNamePart><NamePartValue>EXAMPLOV</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
                    <Alias Primary="true"><DocumentedName>
                      <DocumentedNamePart><NamePartValue>EXAMPLE</NamePartValue></DocumentedNamePart>
                      <DocumentedNamePart><NamePartValue>Ivan</NamePartValue></DocumentedNamePart>
                    </DocumentedName></Alias>
                  </Identity>
                  <Feature ID="5" FeatureTypeID="4711"><FeatureVersion><VersionDetail>SoLOne</VersionDetail></FeatureVersion></Feature>
                  <Feature ID="6" FeatureTypeID="8"><FeatureVersion><VersionDetail>1970</VersionDetail></FeatureVersion></Feature>
                </Profile></DistinctParty>
              </DistinctParties>
              <SanctionsEntries><SanctionsEntry ProfileID="173"><SanctionsMeasure><Comment>TEST</Comment></SanctionsMeasure></SanctionsEntry></SanctionsEntries>
            </Sanctions>
            """;

        var (on, parties) = SdnAdvancedXml.Read(Open(Text), "sdn_advanced.xml");

        var party = Assert.Single(parties);
        Assert.Equal(new DateOnly(2026, 2, 28), on);
        Assert.Equal(("173", "EXAMPLE Ivan", PartyKind.Individual), (party.Id, party.Name, party.Kind));
        Assert.Equal(["EXAMPLOV"], party.Aliases);
        Assert.Equal(["TEST"], party.Programs);
        Assert.Equal([new ListedAddress("SOL", "SoLOne")], party.Addresses);
    }

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><sdnList>&b;</sdnList>", "XML")]
    [InlineData("<sdnList><sdnEntry></sdnList>", "XML")]
    [InlineData("<sdnList></sdnList>", "Publish_Date")]
    [InlineData("<sdnList><publshInformation><Publish_Date>2026-02-28</Publish_Date></publshInformation></sdnList>", "Publish_Date")]
    [InlineData("<sdnList>\n<sdnEntry><uid>1</uid><lastName>A</lastName><sdnType>Robot</sdnType></sdnEntry></sdnList>", "sdnType")]
    [InlineData("<sdnList>\n<sdnEntry><uid>1</uid><sdnType>Entity</sdnType></sdnEntry></sdnList>", "name")]
    public void A_broken_XML_file_is_told_by_its_field(string text, string field)
    {
        var wrong = Assert.Throws<ListFormatException>(() => SdnXml.Read(Open(text), "sdn.xml"));

        Assert.Equal(("sdn.xml", field), (wrong.File, wrong.Field));
        Assert.Equal(text.StartsWith("<sdnList>\n", StringComparison.Ordinal) ? 2 : 1, wrong.Line);
    }

    private static XmlReader Open(string text) =>
        XmlReader.Create(new MemoryStream(Encoding.UTF8.GetBytes(text)), SdnXml.Settings);
}
