using Marketplace.Agent.Cache;
using Marketplace.Agent.Inference;
using Marketplace.Agent.Renders;
using Marketplace.Compute.Devices;

namespace Marketplace.Agent.Work;

/// <summary>The engines on one device, with what they keep loaded.</summary>
internal sealed class DeviceEngines(ComputeDevice device, AgentOptions options) : IDisposable
{
    private readonly KeptLoaded<LoadedModel> _models = new(options.ModelsLoadedMax, shared: true);

    public RigEngines For(ContentCache cache) => new(new ModelTextMaker(cache, _models, device), new NoUnitTracer());

    public void Dispose() => _models.Dispose();
}
