using System.Threading.Channels;
using Marketplace.Agent.Cache;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.Renders;
using Marketplace.Compute.Loading;

namespace Marketplace.Agent.Inference;

/// <summary>Models of a device and its scenes: what is loaded between orders, and what lies in the cache.</summary>
internal sealed class ModelKeeper : IModelKeeper
{
    private const int ToldMax = 64;
    private const int ScenesToldMax = 16;

    private readonly ModelShelf _shelf;
    private readonly KeptLoaded<LoadedModel> _models;
    private readonly SceneUnitTracer _scenes;
    private readonly ContentCache _cache;
    private readonly long _lentBytes;
    private readonly AgentOptions _options;
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private volatile string[] _scenesTold = [];

    public ModelKeeper(
        ModelShelf shelf,
        KeptLoaded<LoadedModel> models,
        SceneUnitTracer scenes,
        ContentCache cache,
        long lentBytes,
        AgentOptions options)
    {
        (_shelf, _models, _scenes, _cache) = (shelf, models, scenes, cache);
        (_lentBytes, _options) = (lentBytes, options);
        scenes.SceneLoaded += LookAtScenes;
    }

    public ModelsMessage Tell()
    {
        var scenes = ScenesNow();
        _scenesTold = scenes;

        return new(
            [.. _models.Loaded.Take(ToldMax)],
            [.. _cache.Held(ToldMax)],
            _lentBytes,
            _options.ModelsLoadedMax,
            [],
            scenes,
            Audits: true,
            TakesTokens: true,
            HoldsCalls: true,
            TellsPrompts: true);
    }

    public async Task Changed(CancellationToken cancel) => await _changed.Reader.ReadAsync(cancel);

    public async Task Load(KeepModelMessage model, CancellationToken cancel)
    {
        var wanted = new WantedModel(model.Sha256, model.Bytes, model.Files);

        // What is loaded makes way for the model only once its files are here.
        using var files = await CachedModel.Get(_cache, wanted, cancel);
        using var loan = await _shelf.Borrow(wanted, cancel);
    }

    public void LetGo(string sha256) => _models.Unload(sha256);

    private string[] ScenesNow() =>
        [.. _scenes.Loaded.Order(StringComparer.Ordinal).Take(ScenesToldMax)];

    /// <summary>Frames of one moving scene are loaded one after the other, and nothing new is told of them.</summary>
    private void LookAtScenes()
    {
        if (!ScenesNow().SequenceEqual(_scenesTold, StringComparer.Ordinal))
        {
            _changed.Writer.TryWrite(true);
        }
    }
}
