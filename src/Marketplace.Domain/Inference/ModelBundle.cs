using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Domain.Verification;

namespace Marketplace.Domain.Inference;

/// <summary>
/// The files of a model that is more than one: its canonical list stands where the one file of others does, stored
/// under its hash. The same files by the same names have the same hash.
/// </summary>
/// <param name="Files">One to <see cref="FilesMax"/>, in the order of their names.</param>
[GenerateSerializer, Immutable, Alias("ModelBundle")]
public sealed record ModelBundle([property: Id(0)] IReadOnlyList<BundledFile> Files)
{
    public const int FilesMax = 64;

    /// <summary>Characters of one name.</summary>
    public const int NameLengthMax = 128;

    /// <summary>Longest list: every file with the longest name.</summary>
    public const int ListBytesMax = 32 * 1024;

    private const string Version = "marketplace-model-files-v1";
    private const int HashLength = 64;

    private static readonly byte[] Head = "{\"files\":["u8.ToArray();

    /// <summary>Bytes of all files together.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);

    /// <summary>The bundle of these files, whatever their order.</summary>
    public static ModelBundle Of(IEnumerable<BundledFile> files) =>
        new([.. files.OrderBy(file => file.Path, StringComparer.Ordinal)]);

    /// <summary>What a name must be, or null when it is that.</summary>
    public static string? WhyBadName(string name) =>
        name.Length is >= 1 and <= NameLengthMax
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_')
            ? null
            : $"must be 1 to {NameLengthMax} letters, digits, dots, hyphens or underscores, a letter or digit first";

    /// <summary>Whether a file that begins so may be a list; no format of weights begins like it.</summary>
    public static bool IsHead(ReadOnlySpan<byte> head) => head.StartsWith(Head);

    /// <summary>
    /// The list as canonical JSON: <c>{"files":[{"bytes","path","sha256"}],"version"}</c>, UTF-8, RFC 8785.
    /// </summary>
    public byte[] Write() => Encoding.UTF8.GetBytes(CanonicalJson.Write(new Dictionary<string, string>(
        StringComparer.Ordinal)
    {
        ["files"] = $"[{string.Join(',', Files.Select(Write))}]",
        ["version"] = CanonicalJson.Write(Version),
    }));

    /// <summary>Lower-case hex SHA-256 of the list.</summary>
    public string Sha256() => Convert.ToHexStringLower(SHA256.HashData(Write()));

    /// <summary>Reads a list; one that is not in its canonical form is none, so that a bundle has one hash.</summary>
    /// <exception cref="FormatException">It is no such list; the message names the offence.</exception>
    public static ModelBundle Read(ReadOnlySpan<byte> list)
    {
        if (list.Length > ListBytesMax)
        {
            throw new FormatException($"the list has {list.Length} bytes, allowed are {ListBytesMax}");
        }

        var root = CanonicalJson.Parse(Encoding.UTF8.GetString(list));

        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("files", out var files) || files.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("the list has no files");
        }

        if (files.GetArrayLength() is 0 or > FilesMax)
        {
            throw new FormatException($"the list has {files.GetArrayLength()} files, allowed are 1 to {FilesMax}");
        }

        var bundle = Of(files.EnumerateArray().Select(ReadFile));

        if (WhyTwice(bundle.Files.Select(file => file.Path)) is { } twice)
        {
            throw new FormatException(twice);
        }

        return bundle.Write().AsSpan().SequenceEqual(list)
            ? bundle
            : throw new FormatException("the list is not in its canonical form");
    }

    /// <summary>Names the first name that stands twice, upper and lower case alike; null when none does.</summary>
    public static string? WhyTwice(IEnumerable<string> names)
    {
        var twice = names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(same => same.Count() > 1);

        return twice is null ? null : $"names {twice.Key} twice";
    }

    public bool Equals(ModelBundle? other) => other is not null && Files.SequenceEqual(other.Files);

    public override int GetHashCode() => Files.Aggregate(0, HashCode.Combine);

    private static string Write(BundledFile file) => CanonicalJson.Write(
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["bytes"] = CanonicalJson.Write(file.Bytes),
            ["path"] = CanonicalJson.Write(file.Path),
            ["sha256"] = CanonicalJson.Write(file.Sha256),
        });

    private static BundledFile ReadFile(JsonElement file, int at)
    {
        if (file.ValueKind != JsonValueKind.Object
            || !file.TryGetProperty("path", out var path) || path.ValueKind != JsonValueKind.String
            || !file.TryGetProperty("sha256", out var hash) || hash.ValueKind != JsonValueKind.String
            || !file.TryGetProperty("bytes", out var bytes) || bytes.ValueKind != JsonValueKind.Number)
        {
            throw new FormatException($"files[{at}] has no path, sha256 and bytes");
        }

        if (WhyBadName(path.GetString()!) is { } why)
        {
            throw new FormatException($"files[{at}].path {why}");
        }

        return hash.GetString() is { Length: HashLength } sha256 && sha256.All(char.IsAsciiHexDigitLower)
            && bytes.TryGetInt64(out var length) && length >= 0
                ? new(path.GetString()!, sha256, length)
                : throw new FormatException($"files[{at}] has no hash of 64 lower-case hex digits, or no length");
    }
}
