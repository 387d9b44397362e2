using Marketplace.Agent.Cache;
using Marketplace.Agent.Inference;
using Marketplace.Agent.Renders;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Loading;

namespace Marketplace.Agent.Work;

/// <summary>The engines on one device, with what they keep loaded.</summary>
internal sealed class DeviceEngines(ComputeDevice device, AgentOptions options) : IDisposable
{
    private readonly KeptLoaded<LoadedModel> _models = new(options.ModelsLoadedMax, shared: true);
    private readonly KeptLoaded<PreparedScene> _scenes = new(options.ScenesLoadedMax, shared: false);

    public RigEngines For(ContentCache cache)
    {
        var models = new ModelShelf(cache, _models, device, options);

        return new(
            new ModelTextMaker(models), new SceneUnitTracer(cache, _scenes, device), new ModelVectorMaker(models));
    }

    public void Dispose()
    {
        _models.Dispose();
        _scenes.Dispose();
    }
}
