using System.Globalization;
using System.Text.Json;

namespace Marketplace.Ledger.Seals;

/// <summary>
/// Copies of the seals outside the database: one file for each, written once. Best on another disk, or taken away from
/// there by whatever keeps the backups.
/// </summary>
public sealed class SealFolder(string path)
{
    private const string Pattern = "seal-*.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string Path => path;

    /// <summary>The highest block that has a copy; 0 when there is none.</summary>
    public long LastBlock() => Files() is [.., var last] ? BlockOf(last) : 0;

    /// <summary>Writes a copy; a copy that is there already must say the same.</summary>
    /// <exception cref="InvalidOperationException">Another seal of this block was copied before.</exception>
    public async Task Write(Seal seal, CancellationToken cancel = default)
    {
        var file = System.IO.Path.Combine(path, $"seal-{seal.Block:D10}.json");
        Directory.CreateDirectory(path);

        if (!File.Exists(file))
        {
            await WriteNew(file, seal, cancel);
        }

        if (await Read(file, cancel) != seal)
        {
            throw new InvalidOperationException($"{file} is the copy of another seal.");
        }
    }

    /// <summary>The copies in order; a file that cannot be read stands as null.</summary>
    public async IAsyncEnumerable<(long Block, Seal? Seal)> Read(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default)
    {
        foreach (var file in Files())
        {
            yield return (BlockOf(file), await Read(file, cancel));
        }
    }

    /// <summary>All of it or nothing, and never over a copy: several hosts may share the folder.</summary>
    private static async Task WriteNew(string file, Seal seal, CancellationToken cancel)
    {
        var part = $"{file}.{System.IO.Path.GetRandomFileName()}.part";

        await using (var stream = File.Create(part))
        {
            await JsonSerializer.SerializeAsync(stream, seal, Json, cancel);
            stream.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(part, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(part);
        }
    }

    private static async Task<Seal?> Read(string file, CancellationToken cancel)
    {
        try
        {
            return JsonSerializer.Deserialize<Seal>(await File.ReadAllTextAsync(file, cancel), Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long BlockOf(string file) =>
        long.TryParse(
            System.IO.Path.GetFileNameWithoutExtension(file)["seal-".Length..],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var block)
            ? block
            : 0;

    private string[] Files() => Directory.Exists(path)
        ? [.. Directory.EnumerateFiles(path, Pattern).Order(StringComparer.Ordinal)]
        : [];
}
