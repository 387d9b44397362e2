using Marketplace.Compute.Inference;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Inference;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Inference;

/// <summary>Reads uploaded weights with the engine's own reader, so that what is registered can be run.</summary>
internal sealed class UploadedModelReader(IBlobStore blobs, IOptions<WebOptions> options) : IModelReader, IDisposable
{
    private const int WaitingMax = 64;

    private readonly CpuQueue _queue = new(options.Value.Readers, WaitingMax);

    // Whole files one after the other: heads need not wait for them, and a disk reads one best.
    private readonly CpuQueue _whole = new(workers: 1, WaitingMax);

    public Task<ModelReading> Read(string sha256, CancellationToken cancel = default) =>
        _queue.Run(() => ReadFile(sha256, cancel), cancel);

    public Task<string?> Identify(string sha256, CancellationToken cancel = default) =>
        _whole.Run(() => IdOf(sha256, cancel), cancel);

    public void Dispose()
    {
        _queue.Dispose();
        _whole.Dispose();
    }

    private async Task<string?> IdOf(string sha256, CancellationToken cancel)
    {
        try
        {
            return await ModelFile.Read(blobs, sha256, IdOf, cancel);
        }
        catch (ModelFormatException)
        {
            return null;
        }
    }

    private static string IdOf(StoredModel stored)
    {
        using var model = stored.Open();
        return model.Id.Value;
    }

    private static ModelReading Facts(StoredModel stored)
    {
        using var model = stored.Open();

        return new ModelReading.Facts(
            model.Architecture,
            model.Parameters,
            model.Shape.Context,
            model.WeightFormat.ToString(),
            stored.Bundle);
    }

    private async Task<ModelReading> ReadFile(string sha256, CancellationToken cancel)
    {
        try
        {
            return await ModelFile.Read(blobs, sha256, Facts, cancel)
                ?? new ModelReading.Fault("the file is not there any more");
        }
        catch (ModelFormatException fault)
        {
            return new ModelReading.Fault(fault.Message);
        }
    }
}
