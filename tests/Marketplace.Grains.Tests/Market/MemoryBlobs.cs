using System.Collections.Concurrent;
using System.Security.Cryptography;
using Marketplace.Grains.Abstractions;

namespace Marketplace.Grains.Tests.Market;

/// <summary>Blobs in memory.</summary>
internal sealed class MemoryBlobs : IBlobStore
{
    private readonly ConcurrentDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>While it is not complete, nothing is stored.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public string Add(byte[] bytes)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        _files[hash] = bytes;
        return hash;
    }

    public async Task<PutBlobOutcome> Put(
        Stream content, string? sha256, long bytesMax, CancellationToken cancel = default)
    {
        if (Gate is { } gate)
        {
            await gate.Task.WaitAsync(cancel);
        }

        using var all = new MemoryStream();
        await content.CopyToAsync(all, cancel);
        return new PutBlobOutcome.Stored(Add(all.ToArray()), all.Length, New: true);
    }

    public Task<Stream?> OpenRead(string sha256, CancellationToken cancel = default) =>
        Task.FromResult<Stream?>(_files.TryGetValue(sha256, out var bytes) ? new MemoryStream(bytes) : null);

    public Task<long?> Length(string sha256, CancellationToken cancel = default) =>
        Task.FromResult(_files.TryGetValue(sha256, out var bytes) ? bytes.Length : (long?)null);

    public Task Delete(string sha256, CancellationToken cancel = default)
    {
        _files.TryRemove(sha256, out _);
        return Task.CompletedTask;
    }
}
