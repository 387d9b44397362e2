using System.Security.Cryptography;
using Marketplace.Grains.Abstractions;

namespace Marketplace.Host.Tests.Renders;

/// <summary>Blobs in memory, on a disk that may be full.</summary>
internal sealed class FakeBlobs : IBlobStore
{
    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public bool IsFull { get; set; }

    public string Add(byte[] bytes)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Files[hash] = bytes;
        return hash;
    }

    public async Task<PutBlobOutcome> Put(
        Stream content, string? sha256, long bytesMax, CancellationToken cancel = default)
    {
        if (IsFull)
        {
            throw new IOException("No space left on device.");
        }

        using var all = new MemoryStream();
        await content.CopyToAsync(all, cancel);
        return new PutBlobOutcome.Stored(Add(all.ToArray()), all.Length, New: true);
    }

    public Task<Stream?> OpenRead(string sha256, CancellationToken cancel = default) =>
        Task.FromResult<Stream?>(Files.TryGetValue(sha256, out var bytes) ? new MemoryStream(bytes) : null);

    public Task<long?> Length(string sha256, CancellationToken cancel = default) =>
        Task.FromResult(Files.TryGetValue(sha256, out var bytes) ? bytes.Length : (long?)null);

    public Task Delete(string sha256, CancellationToken cancel = default) => throw new NotSupportedException();
}
