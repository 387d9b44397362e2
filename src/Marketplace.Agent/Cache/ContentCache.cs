using System.Security.Cryptography;

namespace Marketplace.Agent.Cache;

/// <summary>
/// Models and scene files by SHA-256 in <c>cache/{sha256}</c>. A file has its final name only after its hash was
/// verified; its content is data and is never run, and no name from outside becomes a path.
/// </summary>
internal sealed class ContentCache
{
    private const string PartSuffix = ".part";

    private readonly string _folder;
    private readonly BlobDownload _download;
    private readonly AgentOptions _options;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public ContentCache(string dataDirectory, BlobDownload download, AgentOptions options, TimeProvider time)
    {
        _folder = Path.Combine(dataDirectory, "cache");
        _download = download;
        _options = options;
        _time = time;
        Directory.CreateDirectory(_folder);
    }

    /// <summary>The file of this hash, fetched if it is not there.</summary>
    /// <exception cref="InvalidDataException">
    /// The order's hash or length is wrong, or the market's bytes are.
    /// </exception>
    /// <exception cref="IOException">It cannot be stored, or it is larger than the cache.</exception>
    public async Task<CachedFile> Get(string sha256, long bytes, CancellationToken cancel)
    {
        if (!Sha256Name.IsValid(sha256) || bytes < 0)
        {
            throw new InvalidDataException($"'{sha256}' with {bytes} bytes is no SHA-256 in lower-case hexadecimal.");
        }

        if (bytes > _options.CacheBytesMax)
        {
            throw new IOException(
                $"{bytes} bytes are needed, the cache holds {_options.CacheBytesMax} "
                    + $"({nameof(AgentOptions.CacheBytesMax)}).");
        }

        var entry = Pin(sha256);

        try
        {
            await entry.One.WaitAsync(cancel);

            try
            {
                await Ensure(sha256, bytes, cancel);
            }
            finally
            {
                entry.One.Release();
            }
        }
        catch
        {
            Unpin(sha256);
            throw;
        }

        return new CachedFile(PathOf(sha256), () => Unpin(sha256));
    }

    /// <summary>Hashes of the files that are there, the latest used first.</summary>
    public IReadOnlyList<string> Held(int countMax) =>
    [
        .. new DirectoryInfo(_folder).GetFiles()
            .Where(file => Sha256Name.IsValid(file.Name))
            .OrderByDescending(file => file.LastWriteTimeUtc)
            .Take(countMax)
            .Select(file => file.Name),
    ];

    private async Task Ensure(string sha256, long bytes, CancellationToken cancel)
    {
        var path = PathOf(sha256);

        if (new FileInfo(path) is { Exists: true } kept)
        {
            if (kept.Length != bytes)
            {
                throw new InvalidDataException($"The order says {bytes} bytes, {sha256} has {kept.Length}.");
            }

            // What eviction goes by.
            File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime);

            return;
        }

        var part = path + PartSuffix;
        MakeRoom(bytes, Path.GetFileName(part));
        await _download.Fetch(sha256, bytes, part, cancel);
        await Verify(part, sha256, cancel);
        File.Move(part, path);
        File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime);
    }

    private static async Task Verify(string part, string sha256, CancellationToken cancel)
    {
        string found;

        await using (var file = File.OpenRead(part))
        {
            found = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
        }

        if (!string.Equals(found, sha256, StringComparison.Ordinal))
        {
            File.Delete(part);
            throw new InvalidDataException($"The market's bytes for {sha256} have the hash {found}.");
        }
    }

    /// <summary>Deletes the least recently used files that nobody uses until there is room.</summary>
    private void MakeRoom(long bytes, string part)
    {
        lock (_entries)
        {
            var files = new DirectoryInfo(_folder).GetFiles()
                .Where(file => !string.Equals(file.Name, part, StringComparison.Ordinal))
                .OrderBy(file => file.LastWriteTimeUtc)
                .ToList();
            var kept = files.Sum(file => file.Length);

            foreach (var file in files)
            {
                if (kept + bytes <= _options.CacheBytesMax)
                {
                    return;
                }

                if (!_entries.ContainsKey(Path.GetFileNameWithoutExtension(file.Name)))
                {
                    kept -= file.Length;
                    file.Delete();
                }
            }

            if (kept + bytes > _options.CacheBytesMax)
            {
                throw new IOException($"The cache has no room for {bytes} bytes: all that it holds is in use.");
            }
        }
    }

    private string PathOf(string sha256) => Path.Combine(_folder, sha256);

    private Entry Pin(string sha256)
    {
        lock (_entries)
        {
            if (!_entries.TryGetValue(sha256, out var entry))
            {
                _entries[sha256] = entry = new Entry();
            }

            entry.Users++;

            return entry;
        }
    }

    private void Unpin(string sha256)
    {
        lock (_entries)
        {
            if (--_entries[sha256].Users == 0)
            {
                _entries.Remove(sha256);
            }
        }
    }

    /// <summary>A file somebody uses or waits for.</summary>
    private sealed class Entry
    {
        public SemaphoreSlim One { get; } = new(1, 1);

        public int Users { get; set; }
    }
}
