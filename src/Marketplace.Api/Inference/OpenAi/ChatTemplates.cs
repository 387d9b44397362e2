using System.Collections.Concurrent;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>The chat templates of models, read once and kept.</summary>
internal sealed class ChatTemplates(IChatReader reader, TimeProvider clock)
{
    /// <summary>Templates kept; beyond, the one that was used longest ago goes.</summary>
    public const int KeptMax = 64;

    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <summary>The template of a model; null where its files cannot be read.</summary>
    public async Task<ChatTemplate?> Find(ModelView model)
    {
        if (!_kept.TryGetValue(model.Sha256, out var kept))
        {
            if (await reader.ReadChat(model.Sha256) is not { } chat)
            {
                return null;
            }

            kept = _kept.GetOrAdd(model.Sha256, new Kept(ChatTemplate.Of(chat)));
        }

        kept.UsedAt = clock.GetTimestamp();

        while (_kept.Count > KeptMax)
        {
            _kept.TryRemove(_kept.MinBy(pair => pair.Value.UsedAt).Key, out _);
        }

        return kept.Template;
    }

    private sealed class Kept(ChatTemplate template)
    {
        public ChatTemplate Template => template;

        public long UsedAt { get; set; }
    }
}
