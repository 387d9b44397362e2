using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Domain.Inference;

namespace Marketplace.Cli.Verification;

/// <summary>
/// The hashes that a model on this disk may go by: its file's, or that of the list of its files. What belongs to a
/// model is what the marketplace's own reader takes.
/// </summary>
internal static class ModelOnDisk
{
    private const string Config = "config.json";
    private const string Generation = "generation_config.json";
    private const string Weights = ".safetensors";
    private const string Index = Weights + ".index.json";
    private const int IndexBytesMax = 64 * 1024 * 1024;
    private const int VocabularyOffset = 20;
    private const uint MagicOfLaterVersions = 0x616B3432;
    private const int LaterVocabularyOffset = VocabularyOffset + 8;

    /// <summary>
    /// All its files' first. A folder with <c>generation_config.json</c> has another without it: it is no part of
    /// models that were registered before it was read.
    /// </summary>
    /// <exception cref="CliFault">It cannot be read, or is no model.</exception>
    public static async Task<IReadOnlyList<string>> HashesOf(string path, CancellationToken cancel)
    {
        try
        {
            if (NamesOf(path) is not { } names)
            {
                return [(await Hash(path, cancel)).Sha256];
            }

            var files = await FilesOf(Directory.Exists(path) ? path : FolderOf(path), names, cancel);
            IEnumerable<BundledFile> before = files.Where(file => file.Path != Generation);
            return
            [
                .. new[] { files, before }
                    .Select(list => ModelBundle.Of(list).Sha256())
                    .Distinct(StringComparer.Ordinal),
            ];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CliFault(ExitCodes.Input, $"--model: {fault.Message}", fault);
        }
    }

    /// <summary>Null for a model of one file.</summary>
    private static IReadOnlyList<string>? NamesOf(string path) => path switch
    {
        _ when Directory.Exists(path) => OfFolder(path),
        _ when path.EndsWith(Weights, StringComparison.OrdinalIgnoreCase)
            || path.EndsWith(Index, StringComparison.OrdinalIgnoreCase) => OfFolder(
                FolderOf(path), Path.GetFileName(path)),
        _ when path.EndsWith(".bin", StringComparison.OrdinalIgnoreCase) => OfLlama2c(path),
        _ => null,
    };

    private static List<string> OfFolder(string folder, string? weights = null)
    {
        weights ??= File.Exists(Path.Combine(folder, "model" + Index)) ? "model" + Index : "model" + Weights;
        string[] beside = [Config, Generation, "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"];

        return
        [
            .. beside.Where(name => File.Exists(Path.Combine(folder, name))),
            weights,
            .. weights.EndsWith(Index, StringComparison.OrdinalIgnoreCase) ? Shards(folder, weights) : [],
        ];
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static string[] Shards(string folder, string name)
    {
        var index = Path.Combine(folder, name);

        if (new FileInfo(index).Length > IndexBytesMax)
        {
            throw new CliFault(ExitCodes.Input, $"--model: {index} has more than {IndexBytesMax} bytes");
        }

        using var json = JsonDocument.Parse(File.ReadAllBytes(index));

        return json.RootElement.ValueKind == JsonValueKind.Object
            && json.RootElement.TryGetProperty("weight_map", out var map) && map.ValueKind == JsonValueKind.Object
                ? map.EnumerateObject()
                    .Select(entry => entry.Value.ToString())
                    .Distinct(StringComparer.Ordinal)
                    .ToArray()
                : throw new CliFault(ExitCodes.Input, $"--model: {index} has no weight_map");
    }

    private static string[] OfLlama2c(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[LaterVocabularyOffset + sizeof(int)];
        var read = file.ReadAtLeast(head, VocabularyOffset + sizeof(int));
        var isLater = read == head.Length
            && BinaryPrimitives.ReadUInt32LittleEndian(head) == MagicOfLaterVersions;
        var vocabulary = Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(
            head[(isLater ? LaterVocabularyOffset : VocabularyOffset)..]));
        var sized = FormattableString.Invariant($"tok{vocabulary}.bin");
        var isThere = File.Exists(Path.Combine(FolderOf(path), sized));
        return [Path.GetFileName(path), isThere ? sized : "tokenizer.bin"];
    }

    private static async Task<List<BundledFile>> FilesOf(
        string folder, IReadOnlyList<string> names, CancellationToken cancel)
    {
        var files = new List<BundledFile>();

        foreach (var name in names)
        {
            if (ModelBundle.WhyBadName(name) is { } why)
            {
                throw new CliFault(ExitCodes.Input, $"--model: the name '{name}' {why}");
            }

            var (sha256, bytes) = await Hash(Path.Combine(folder, name), cancel);
            files.Add(new(name, sha256, bytes));
        }

        return files;
    }

    private static async Task<(string Sha256, long Bytes)> Hash(string path, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        return (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel)), file.Length);
    }
}
