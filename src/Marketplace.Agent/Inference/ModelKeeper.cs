using Marketplace.Agent.Cache;
using Marketplace.Agent.Protocol;
using Marketplace.Compute.Loading;

namespace Marketplace.Agent.Inference;

/// <summary>Models of a device: what is loaded between orders, and what lies in the cache.</summary>
internal sealed class ModelKeeper(
    ModelShelf shelf, KeptLoaded<LoadedModel> models, ContentCache cache, long lentBytes, AgentOptions options)
    : IModelKeeper
{
    private const int ToldMax = 64;

    public ModelsMessage Tell() => new(
        [.. models.Loaded.Take(ToldMax)],
        [.. cache.Held(ToldMax)],
        lentBytes,
        options.ModelsLoadedMax,
        [],
        Audits: true);

    public async Task Load(KeepModelMessage model, CancellationToken cancel)
    {
        var wanted = new WantedModel(model.Sha256, model.Bytes, model.Files);

        // What is loaded makes way for the model only once its files are here.
        using var files = await CachedModel.Get(cache, wanted, cancel);
        using var loan = await shelf.Borrow(wanted, cancel);
    }

    public void LetGo(string sha256) => models.Unload(sha256);
}
