using System.Collections.Concurrent;
using Marketplace.Ledger;
using Marketplace.Ledger.Webhooks;

namespace Marketplace.Grains.Webhooks;

/// <summary>
/// Writes events that no change of the register tells. Who wants to hear of nothing is asked for once in a while and
/// costs no write.
/// </summary>
internal sealed class EventOutbox(WebhookRows rows, IBook book, TimeProvider clock)
{
    /// <summary>How long an owner is believed to want what it wanted.</summary>
    public static readonly TimeSpan Believed = TimeSpan.FromSeconds(10);

    private const int OwnersMax = 10_000;
    private const int EventsPerPost = 200;

    private readonly ConcurrentDictionary<(string Owner, string Type), (bool Wants, DateTimeOffset Until)> _known =
        new();

    /// <summary>Writes events of one type and owner; those that stand already are left as they are.</summary>
    public async Task Tell(IReadOnlyList<NewEvent> events, CancellationToken cancel)
    {
        if (events is not [var first, ..] || !await Wants(first.Owner, first.Type, cancel))
        {
            return;
        }

        foreach (var part in events.Chunk(EventsPerPost))
        {
            await book.Post(new Entry { Events = part }, cancel);
        }
    }

    private async Task<bool> Wants(string owner, string type, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();

        if (_known.TryGetValue((owner, type), out var known) && now < known.Until)
        {
            return known.Wants;
        }

        if (_known.Count >= OwnersMax)
        {
            _known.Clear();
        }

        var wants = await rows.Wants(owner, type, cancel);
        _known[(owner, type)] = (wants, now + Believed);
        return wants;
    }
}
