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
    public Task<KeptLoaded<LoadedModel>.Loan> Borrow(WantedModel wanted, CancellationToken cancel) =>
        models.Borrow(wanted.Sha256, token => Load(wanted, token), cancel);

    private async Task<LoadedModel> Load(WantedModel wanted, CancellationToken cancel)
    {
        CachedModel? files = null;

        try
        {
            files = await CachedModel.Get(cache, wanted, cancel);
            return LoadedModel.Open(files, device, options);
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
}
