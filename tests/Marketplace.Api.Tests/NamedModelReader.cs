using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Inference;
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

    /// <summary>After the mark: what follows it is the model's chat template.</summary>
    public static readonly byte[] Template = "template "u8.ToArray();

    private readonly Marketplace.Host.Inference.UploadedModelReader _real = new(blobs, options);

    public async Task<ModelReading> Read(string sha256, CancellationToken cancel = default)
    {
        await using var file = await blobs.OpenRead(sha256, cancel);

        return await IsMarked(file, cancel) ? await Facts(file!, cancel) : await _real.Read(sha256, cancel);
    }

    /// <summary>The id of a file with the mark is the hash of what is behind it.</summary>
    public async Task<string?> Identify(string sha256, CancellationToken cancel = default)
    {
        await using var file = await blobs.OpenRead(sha256, cancel);

        return await IsMarked(file, cancel)
            ? Convert.ToHexStringLower(await SHA256.HashDataAsync(file!, cancel))
            : await _real.Identify(sha256, cancel);
    }

    private static async Task<bool> IsMarked(Stream? file, CancellationToken cancel)
    {
        var head = new byte[Mark.Length];
        var read = file is null ? 0 : await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel);

        return read == head.Length && head.AsSpan().SequenceEqual(Mark);
    }

    private static async Task<ModelReading> Facts(Stream file, CancellationToken cancel)
    {
        using var rest = new MemoryStream();
        await file.CopyToAsync(rest, cancel);
        var template = rest.ToArray().AsSpan().StartsWith(Template)
            ? Encoding.UTF8.GetString(rest.ToArray().AsSpan(Template.Length))
            : null;

        return new ModelReading.Facts(
            "llama", 1_000, 512, "F32", template is not null, template is null ? null : ChatFamily.Of(template));
    }

    public void Dispose() => _real.Dispose();
}
