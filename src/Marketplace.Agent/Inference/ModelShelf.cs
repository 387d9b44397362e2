using Marketplace.Agent.Cache;
using Marketplace.Agent.Work;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Inference;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Loading;
using Microsoft.Extensions.Logging;

namespace Marketplace.Agent.Inference;

/// <summary>The market's models on this device: files by hash from the cache, kept loaded between orders.</summary>
internal sealed partial class ModelShelf(
    ContentCache cache,
    KeptLoaded<LoadedModel> models,
    ComputeDevice device,
    AgentOptions options,
    ILogger<ModelShelf> log)
{
    /// <summary>Lends a model; what was not loaded is fetched and loaded first.</summary>
    /// <exception cref="WorkFault">It cannot be loaded here.</exception>
    public Task<KeptLoaded<LoadedModel>.Loan> Borrow(WantedModel wanted, CancellationToken cancel) =>
        models.Borrow(wanted.Sha256, token => Load(wanted, token), cancel);

    private async Task<LoadedModel> Load(WantedModel wanted, CancellationToken cancel)
    {
        CachedModel? files = null;

        try
        {
            files = await CachedModel.Get(cache, wanted, cancel);
            var loaded = LoadedModel.Open(files, device, options);

            foreach (var path in loaded.MatrixPaths)
            {
                Multiplies(wanted.Sha256, path);
            }

            return loaded;
        }
        catch (Exception fault)
        {
            files?.Dispose();

            throw fault switch
            {
                // The hash is right, so every rig would find the same.
                ModelFormatException => new WorkFault(WorkFault.ModelCorrupt, fault.Message, true, fault),
                InvalidDataException => new WorkFault(WorkFault.ModelCorrupt, fault.Message, false, fault),
                DeviceUnavailableException => new WorkFault(WorkFault.Unsupported, fault.Message, false, fault),
                _ => fault,
            };
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Sha256}: matrix products: {Path}.")]
    private partial void Multiplies(string sha256, MatrixPath path);
}
