using Marketplace.Agent.Inference;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Agent.Cache;

/// <summary>The verified files of one model; they stay on disk until this is disposed of.</summary>
internal sealed class CachedModel : IDisposable
{
    private readonly List<CachedFile> _held = [];
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);

    private CachedModel()
    {
    }

    /// <summary>Fetches what is not there, one file after the other.</summary>
    /// <exception cref="InvalidDataException">The order's list is wrong, or the market's bytes are.</exception>
    /// <exception cref="IOException">It cannot be stored, or it is larger than the cache.</exception>
    public static async Task<CachedModel> Get(ContentCache cache, WantedModel wanted, CancellationToken cancel)
    {
        var model = new CachedModel();

        try
        {
            foreach (var file in wanted.Checked() ?? [new(string.Empty, wanted.Sha256, wanted.Bytes)])
            {
                var held = await cache.Get(file.Sha256, file.Bytes, cancel);
                model._held.Add(held);
                model._paths[file.Path] = held.FilePath;
            }

            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <exception cref="Compute.Inference.ModelFormatException">It is no model that can be run.</exception>
    public LlamaModel Open() =>
        _paths.TryGetValue(string.Empty, out var one) ? LlamaModel.Open(one) : LlamaModel.Open(_paths);

    public void Dispose()
    {
        _held.ForEach(file => file.Dispose());
        _held.Clear();
    }
}
