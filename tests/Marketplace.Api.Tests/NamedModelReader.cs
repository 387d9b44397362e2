using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Inference;
using Marketplace.Host;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Tests;

/// <summary>
/// Takes files that begin with a mark for models, so that tests need no weights; everything else is read by the
/// production reader.
/// </summary>
internal sealed class NamedModelReader(IBlobStore blobs, IOptions<WebOptions> options) : IModelReader, IDisposable
{
    public static readonly byte[] Mark = "test model "u8.ToArray();

    private readonly Marketplace.Host.Inference.UploadedModelReader _real = new(blobs, options);

    public async Task<ModelReading> Read(string sha256, CancellationToken cancel = default)
    {
        await using var file = await blobs.OpenRead(sha256, cancel);
        var head = new byte[Mark.Length];
        var read = file is null ? 0 : await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel);

        return read == head.Length && head.AsSpan().SequenceEqual(Mark)
            ? new ModelReading.Facts("llama", 1_000, 512, "F32")
            : await _real.Read(sha256, cancel);
    }

    public void Dispose() => _real.Dispose();
}
