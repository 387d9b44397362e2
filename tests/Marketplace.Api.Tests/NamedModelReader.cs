using System.Security.Cryptography;
using Marketplace.Api.Inference;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Inference;
using Marketplace.Host;
using Marketplace.Host.Inference;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Tests;

/// <summary>
/// Takes files that begin with a mark for models, so that tests need no weights; everything else is read by the
/// production reader.
/// </summary>
internal sealed class NamedModelReader(IBlobStore blobs, IOptions<WebOptions> options, PromptCounter chats)
    : IModelReader, IChatReader, IDisposable
{
    public static readonly byte[] Mark = "test model "u8.ToArray();

    private readonly UploadedModelReader _real = new(blobs, options);

    public async Task<ModelReading> Read(string sha256, CancellationToken cancel = default)
    {
        await using var file = await blobs.OpenRead(sha256, cancel);

        return await IsMarked(file, cancel)
            ? new ModelReading.Facts("llama", 1_000, 512, "F32")
            : await _real.Read(sha256, cancel);
    }

    /// <summary>The id of a file with the mark is the hash of what is behind it.</summary>
    public async Task<string?> Identify(string sha256, CancellationToken cancel = default)
    {
        await using var file = await blobs.OpenRead(sha256, cancel);

        return await IsMarked(file, cancel)
            ? Convert.ToHexStringLower(await SHA256.HashDataAsync(file!, cancel))
            : await _real.Identify(sha256, cancel);
    }

    /// <summary>A file with the mark says nothing of conversations.</summary>
    public async Task<ModelChat> ReadChat(string modelSha256, CancellationToken cancel = default)
    {
        await using var file = await blobs.OpenRead(modelSha256, cancel);

        return await IsMarked(file, cancel) ? ModelChat.Nothing : await chats.ReadChat(modelSha256, cancel);
    }

    public void Dispose() => _real.Dispose();

    private static async Task<bool> IsMarked(Stream? file, CancellationToken cancel)
    {
        var head = new byte[Mark.Length];
        var read = file is null ? 0 : await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel);

        return read == head.Length && head.AsSpan().SequenceEqual(Mark);
    }
}
