using System.Buffers;
using System.Security.Cryptography;
using Marketplace.Grains.Abstractions;

namespace Marketplace.Storage.Blobs;

/// <summary>
/// Blobs as files of a folder, named by the SHA-256 of their bytes. An upload is written beside, synced, and moved to
/// its name in one step, so that whatever has a name is whole. Several processes may share the folder.
/// </summary>
public sealed class FileBlobStore : IBlobStore
{
    /// <summary>Age after which an upload that was never finished is swept away, at start.</summary>
    public static readonly TimeSpan UnfinishedAgeMax = TimeSpan.FromHours(24);

    private const int CopyBytes = 128 * 1024;
    private const int HashDigits = 64;
    private readonly string _blobs;
    private readonly string _incoming;

    /// <param name="folder">Made when missing.</param>
    public FileBlobStore(string folder, TimeProvider clock)
    {
        _blobs = Directory.CreateDirectory(Path.Combine(folder, "sha256")).FullName;
        _incoming = Directory.CreateDirectory(Path.Combine(folder, "incoming")).FullName;
        SweepUnfinished(clock.GetUtcNow() - UnfinishedAgeMax);
    }

    public async Task<PutBlobOutcome> Put(
        Stream content, string? sha256, long bytesMax, CancellationToken cancel = default)
    {
        if (sha256 is not null && !IsHash(sha256))
        {
            throw NoHash(sha256);
        }

        var unfinished = Path.Combine(_incoming, Path.GetRandomFileName());

        try
        {
            var copied = await Copy(content, unfinished, bytesMax, cancel);

            if (copied is not var (actual, bytes))
            {
                return new PutBlobOutcome.TooLarge(bytesMax);
            }

            return sha256 is null || sha256 == actual
                ? new PutBlobOutcome.Stored(actual, bytes, New: MoveToName(unfinished, actual))
                : new PutBlobOutcome.OtherHash(actual);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    public Task<Stream?> OpenRead(string sha256, CancellationToken cancel = default)
    {
        try
        {
            return Task.FromResult<Stream?>(IsHash(sha256)
                ? new FileStream(
                    PathOf(sha256), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, CopyBytes,
                    FileOptions.Asynchronous | FileOptions.SequentialScan)
                : null);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task<long?> Length(string sha256, CancellationToken cancel = default)
    {
        var file = IsHash(sha256) ? new FileInfo(PathOf(sha256)) : null;
        return Task.FromResult(file is { Exists: true } ? file.Length : (long?)null);
    }

    public Task Delete(string sha256, CancellationToken cancel = default)
    {
        var path = PathOf(IsHash(sha256) ? sha256 : throw NoHash(sha256));

        if (File.Exists(path))
        {
            File.Delete(path);
            FolderSync.Flush(Path.GetDirectoryName(path)!);
        }

        return Task.CompletedTask;
    }

    /// <summary>Hash and length of what was copied, or null when it is longer than the limit.</summary>
    private static async Task<(string Sha256, long Bytes)?> Copy(
        Stream content, string path, long bytesMax, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);

        try
        {
            await using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.Asynchronous,
                BufferSize = 0,
            });
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var bytes = 0L;
            int read;

            while ((read = await content.ReadAsync(buffer, cancel)) > 0)
            {
                bytes += read;

                if (bytes > bytesMax)
                {
                    return null;
                }

                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancel);
            }

            await Task.Run(() => file.Flush(flushToDisk: true), cancel);
            return (Convert.ToHexStringLower(hash.GetHashAndReset()), bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>False when the file had its name already; it is the same then.</summary>
    private bool MoveToName(string unfinished, string sha256)
    {
        var path = PathOf(sha256);
        var folder = Path.GetDirectoryName(path)!;

        if (File.Exists(path))
        {
            return false;
        }

        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            FolderSync.Flush(_blobs);
        }

        // Two uploads of the same bytes may meet here: either file will do.
        File.Move(unfinished, path, overwrite: true);
        FolderSync.Flush(folder);

        return true;
    }

    private void SweepUnfinished(DateTimeOffset before)
    {
        foreach (var file in new DirectoryInfo(_incoming).EnumerateFiles().Where(
            f => f.LastWriteTimeUtc < before.UtcDateTime))
        {
            file.Delete();
        }
    }

    private string PathOf(string sha256) => Path.Combine(_blobs, sha256[..2], sha256);

    private static ArgumentException NoHash(string text) =>
        new($"'{text}' is not {HashDigits} lower-case hexadecimal digits.", nameof(text));

    private static bool IsHash(string text) =>
        text.Length == HashDigits && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));
}
