using System.Collections.Concurrent;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference;

/// <summary>
/// Models that this host has looked up, by what they were asked for as, so that an order costs no call for its model. A
/// name stays with its bytes and an id with its model for ever: only what has its id already is kept.
/// </summary>
internal sealed class KnownModels
{
    /// <summary>Names and ids kept. Beyond, all are forgotten and the catalogue is asked.</summary>
    public const int EntriesMax = 10_000;

    private readonly ConcurrentDictionary<string, ModelView> _models = new(StringComparer.Ordinal);

    /// <summary>The model as it was found before; null where the catalogue must be asked.</summary>
    public ModelView? Find(string reference) => _models.GetValueOrDefault(reference);

    /// <summary>Keeps what was found, if it will not change; answers it as it is.</summary>
    public ModelView? Keep(string reference, ModelView? found)
    {
        if (found?.ModelId is null)
        {
            return found;
        }

        if (_models.Count >= EntriesMax)
        {
            _models.Clear();
        }

        return _models[reference] = found;
    }
}
