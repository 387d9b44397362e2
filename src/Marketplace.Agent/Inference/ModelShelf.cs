using Marketplace.Agent.Cache;
using Marketplace.Agent.Work;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Inference;
using Marketplace.Compute.Loading;

namespace Marketplace.Agent.Inference;

/// <summary>The market's models on this device: files by hash from the cache, kept loaded between orders.</summary>
internal sealed class ModelShelf(
    ContentCache cache, KeptLoaded<LoadedModel> models, ComputeDevice device, AgentOptions options)
{
    /// <summary>Lends a model; what was not loaded is fetched and loaded first.</summary>
    /// <exception cref="WorkFault">It cannot be loaded here.</exception>
    public Task<KeptLoaded<LoadedModel>.Loan> Borrow(string sha256, long bytes, CancellationToken cancel) =>
        models.Borrow(sha256, token => Load(sha256, bytes, token), cancel);

    private async Task<LoadedModel> Load(string sha256, long bytes, CancellationToken cancel)
    {
        CachedFile? file = null;

        try
        {
            file = await cache.Get(sha256, bytes, cancel);
            return LoadedModel.Open(file.FilePath, device, file, options);
        }
        catch (Exception fault)
        {
            file?.Dispose();

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
}
