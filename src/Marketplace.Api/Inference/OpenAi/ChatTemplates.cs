using System.Collections.Concurrent;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>The chat templates of models, read once and kept.</summary>
internal sealed class ChatTemplates(IChatReader reader, TimeProvider clock) : IDisposable
{
    /// <summary>Templates kept; beyond, the one that was used longest ago goes.</summary>
    public const int KeptMax = 64;

    /// <summary>Prompts made at a time; the others wait. Each takes a core, and memory as its limits let it.</summary>
    public const int RenderingsMax = 4;

    private readonly SemaphoreSlim _room = new(RenderingsMax);
    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <summary>Waits for room to read and render a template; what is answered gives it back.</summary>
    public async Task<IDisposable> EnterRoom(CancellationToken cancel)
    {
        await _room.WaitAsync(cancel);
        return new Room(_room);
    }

    public void Dispose() => _room.Dispose();

    /// <summary>The template of a model.</summary>
    /// <exception cref="IOException">The store does not give the model's files.</exception>
    /// <exception cref="TimeoutException">Too much waits to be read; try again later.</exception>
    public async Task<ChatTemplate> Find(ModelView model, CancellationToken cancel)
    {
        if (!_kept.TryGetValue(model.Sha256, out var kept))
        {
            // What has no weights has no file either: nobody would find one.
            var chat = model.Bytes == 0 ? ModelChat.Nothing : await reader.ReadChat(model.Sha256, cancel);
            using var room = await EnterRoom(cancel);
            kept = _kept.GetOrAdd(model.Sha256, _ => new(ChatTemplate.Of(chat)));
        }

        kept.UsedAt = clock.GetTimestamp();

        while (_kept.Count > KeptMax)
        {
            _kept.TryRemove(_kept.MinBy(pair => pair.Value.UsedAt).Key, out _);
        }

        return kept.Template;
    }

    private sealed class Room(SemaphoreSlim of) : IDisposable
    {
        public void Dispose() => of.Release();
    }

    private sealed class Kept(ChatTemplate template)
    {
        public ChatTemplate Template => template;

        public long UsedAt { get; set; }
    }
}
