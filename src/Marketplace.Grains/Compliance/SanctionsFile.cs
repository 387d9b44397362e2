using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using Marketplace.Domain.Compliance;

namespace Marketplace.Grains.Compliance;

/// <summary>Reads a sanctions list from disk in any of its three forms.</summary>
internal static class SanctionsFile
{
    /// <summary>Largest file in bytes; the advanced form of today has a quarter of it.</summary>
    public const long BytesMax = 500_000_000;

    private const string DateFile = "publish_date.txt";
    private const string AdvancedRoot = "Sanctions";
    private static readonly string[] XmlFiles = ["sdn_advanced.xml", "sdn.xml"];
    private static readonly string[] CsvFiles = ["sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"];

    /// <summary>
    /// Names what lies there now, so that a new edition is noticed: the files with lengths and times.
    /// </summary>
    public static string Mark(string path) => string.Join(';', Files(path).Select(file =>
        string.Create(CultureInfo.InvariantCulture, $"{file.Name},{file.Length},{file.LastWriteTimeUtc.Ticks}")));

    /// <exception cref="ListFormatException">A file is not as its format says, in which line and field.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    public static async Task<SanctionsList> Read(string path, CancellationToken cancel)
    {
        foreach (var file in Files(path))
        {
            if (file.Length > BytesMax)
            {
                throw new ListFormatException(
                    file.Name, 1, "file", $"has {file.Length} bytes, allowed are {BytesMax}");
            }
        }

        return XmlOf(path) is { } xml ? await ReadXml(xml, cancel) : await ReadCsv(path, cancel);
    }

    private static async Task<SanctionsList> ReadCsv(string folder, CancellationToken cancel)
    {
        var texts = new string[CsvFiles.Length];

        for (var at = 0; at < CsvFiles.Length; at++)
        {
            // The published files are in Latin-1; a byte of it is a letter, whatever the rest of the file is.
            texts[at] = await File.ReadAllTextAsync(Path.Combine(folder, CsvFiles[at]), Encoding.Latin1, cancel);
        }

        var date = (await File.ReadAllTextAsync(Path.Combine(folder, DateFile), cancel)).Trim();

        if (!DateOnly.TryParseExact(
            date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var published))
        {
            throw new ListFormatException(DateFile, 1, "publish date", $"'{date}' is no date such as 2026-01-31");
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001E', texts)));
        return new(published, SdnCsv.Read(new(texts[0], texts[1], texts[2], texts[3])))
        {
            Edition = Edition(published, hash),
        };
    }

    private static async Task<SanctionsList> ReadXml(string path, CancellationToken cancel)
    {
        byte[] hash;

        await using (var hashed = File.OpenRead(path))
        {
            hash = await SHA256.HashDataAsync(hashed, cancel);
        }

        await using var stream = File.OpenRead(path);
        using var reader = XmlReader.Create(stream, SdnXml.Settings);
        var name = Path.GetFileName(path);
        var (published, parties) = IsAdvanced(reader, name)
            ? SdnAdvancedXml.Read(reader, name)
            : SdnXml.Read(reader, name);
        return new(published, parties) { Edition = Edition(published, hash) };
    }

    /// <summary>The root tells the two forms apart, whatever the file is called.</summary>
    private static bool IsAdvanced(XmlReader reader, string file)
    {
        try
        {
            return reader.MoveToContent() == XmlNodeType.Element && reader.LocalName == AdvancedRoot;
        }
        catch (XmlException wrong)
        {
            throw new ListFormatException(file, Math.Max(wrong.LineNumber, 1), "XML", wrong.Message);
        }
    }

    private static string Edition(DateOnly published, byte[] hash) =>
        $"{published.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}-{Convert.ToHexStringLower(hash)[..12]}";

    private static IEnumerable<FileInfo> Files(string path) => XmlOf(path) is { } xml
        ? [new FileInfo(xml)]
        : CsvFiles.Append(DateFile).Select(name => new FileInfo(Path.Combine(path, name)));

    /// <summary>
    /// The file in XML that the path names or that lies in the folder; null for a folder with the other form, or with
    /// nothing yet.
    /// </summary>
    private static string? XmlOf(string path) => Directory.Exists(path)
        ? XmlFiles.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists)
        : path;
}
