using Marketplace.Compute.Inference;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Domain.Inference;
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
        _whole.Run(() => ModelFile.Read(blobs, sha256, IdOf, cancel), cancel);

    public void Dispose()
    {
        _queue.Dispose();
        _whole.Dispose();
    }

    private static string? IdOf(string path)
    {
        try
        {
            using var model = LlamaModel.Open(path);
            return model.Id.Value;
        }
        catch (ModelFormatException)
        {
            return null;
        }
    }

    private static ModelReading Facts(string path)
    {
        try
        {
            using var model = LlamaModel.Open(path);

            return new ModelReading.Facts(
                model.Architecture,
                model.Parameters,
                model.Shape.Context,
                model.WeightFormat.ToString(),
                model.HasChatTemplate,
                model.ChatTemplate is { } template ? ChatFamily.Of(template) : null);
        }
        catch (ModelFormatException fault)
        {
            return new ModelReading.Fault(fault.Message);
        }
    }

    private async Task<ModelReading> ReadFile(string sha256, CancellationToken cancel) =>
        await ModelFile.Read(blobs, sha256, Facts, cancel)
            ?? new ModelReading.Fault("the file is not there any more");
}
