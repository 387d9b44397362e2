using Marketplace.Agent.Cache;
using Marketplace.Agent.Inference;
using Marketplace.Agent.Renders;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Loading;
using Microsoft.Extensions.Logging;

namespace Marketplace.Agent.Work;

/// <summary>The engines on one device, with what they keep loaded.</summary>
internal sealed class DeviceEngines(
    ComputeDevice device, AgentOptions options, TimeProvider time, ILoggerFactory logs) : IDisposable
{
    private readonly KeptLoaded<LoadedModel> _models = new(options.ModelsLoadedMax, shared: true);
    private readonly KeptLoaded<PreparedScene> _scenes = new(options.ScenesLoadedMax, shared: false);

    public RigEngines For(ContentCache cache)
    {
        var models = new ModelShelf(cache, _models, device, options, logs.CreateLogger<ModelShelf>());
        var units = new SceneUnitTracer(cache, _scenes, device, time, logs.CreateLogger<SceneUnitTracer>());

        return new(
            new ModelTextMaker(models),
            units,
            new ModelVectorMaker(models),
            new ModelKeeper(models, _models, units, cache, LentBytes(), options),
            new ModelTextAuditor(models));
    }

    /// <summary>A model that is kept takes memory and disk, so the smaller of the two counts.</summary>
    private long LentBytes() => Math.Min(
        options.LentMemoryBytes ?? device.Facts.MemoryBytes / 2, options.LentDiskBytes ?? options.CacheBytesMax / 2);

    public void Dispose()
    {
        _models.Dispose();
        _scenes.Dispose();
    }
}
