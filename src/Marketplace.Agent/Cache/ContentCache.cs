using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Marketplace.Agent.Cache;

/// <summary>
/// Models and scene files by SHA-256 in <c>cache/{sha256}</c>. A file has its final name only after its hash was
/// verified; <c>verified/{sha256}</c> says of which length and time it was then, and one that has changed since is
/// verified again, and fetched again where it is another. Its content is data and is never run, and no name from
/// outside becomes a path.
/// </summary>
internal sealed partial class ContentCache
{
    private const string PartSuffix = ".part";

    private readonly string _folder;
    private readonly string _marks;
    private readonly BlobDownload _download;
    private readonly AgentOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public ContentCache(
        string dataDirectory, BlobDownload download, AgentOptions options, TimeProvider time, ILogger log)
    {
        _folder = Path.Combine(dataDirectory, "cache");
        _marks = Path.Combine(dataDirectory, "verified");
        _download = download;
        _options = options;
        _time = time;
        _log = log;
        Directory.CreateDirectory(_folder);
        Directory.CreateDirectory(_marks);
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

            if (IsMarked(kept) || string.Equals(await Hash(path, cancel), sha256, StringComparison.Ordinal))
            {
                Touch(sha256);
                return;
            }

            LogCorrupt(_log, sha256);
            File.Delete(path);
        }

        var part = path + PartSuffix;
        MakeRoom(bytes, Path.GetFileName(part));
        await _download.Fetch(sha256, bytes, part, cancel);
        await Verify(part, sha256, cancel);
        File.Move(part, path);
        Touch(sha256);
    }

    private static async Task Verify(string part, string sha256, CancellationToken cancel)
    {
        var found = await Hash(part, cancel);

        if (!string.Equals(found, sha256, StringComparison.Ordinal))
        {
            File.Delete(part);
            throw new InvalidDataException($"The market's bytes for {sha256} have the hash {found}.");
        }
    }

    private static async Task<string> Hash(string path, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
    }

    private static string MarkOf(FileInfo file) =>
        string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.LastWriteTimeUtc.Ticks}");

    /// <summary>Files are many GiB: what was verified, by any run, is not read for it again.</summary>
    private bool IsMarked(FileInfo kept)
    {
        var mark = Path.Combine(_marks, kept.Name);
        return File.Exists(mark)
            && string.Equals(File.ReadAllText(mark), MarkOf(kept), StringComparison.Ordinal);
    }

    /// <summary>A verified file is used now, which is what eviction goes by.</summary>
    private void Touch(string sha256)
    {
        var path = PathOf(sha256);
        File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime);
        File.WriteAllText(Path.Combine(_marks, sha256), MarkOf(new(path)));
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
                    File.Delete(Path.Combine(_marks, file.Name));
                }
            }

            if (kept + bytes > _options.CacheBytesMax)
            {
                throw new IOException($"The cache has no room for {bytes} bytes: all that it holds is in use.");
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Sha256} is in the cache with other bytes than it had; it is fetched again. Is the disk failing?")]
    private static partial void LogCorrupt(ILogger log, string sha256);

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
