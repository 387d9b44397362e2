using System.Collections.Concurrent;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>One desk for many lanes at once: each look offers a few of what waits, from a random place on.</summary>
internal sealed class ChaosDesk(PayoutChunks chunks, int perLook, int seed) : IPayoutDesk
{
    private readonly ConcurrentDictionary<PayoutId, ChunkPayout> _waiting = new();
    private readonly ConcurrentDictionary<PayoutId, ChunkPayout> _asked = new();
    private readonly Random _random = new(seed);
    private readonly Lock _drawing = new();

    public ConcurrentDictionary<PayoutId, string> SetAsides { get; } = new();

    public string? Frozen { get; private set; }

    public void Ask(ChunkPayout payout)
    {
        _asked[payout.Payout] = payout;
        _waiting[payout.Payout] = payout;
    }

    public Task<IReadOnlyList<ChunkPayout>> Waiting(int most, CancellationToken cancel)
    {
        var all = _waiting.Values.Where(row => !SetAsides.ContainsKey(row.Payout)).ToArray();

        if (all.Length == 0)
        {
            return Task.FromResult<IReadOnlyList<ChunkPayout>>([]);
        }

        int start;

        lock (_drawing)
        {
            start = _random.Next(all.Length);
        }

        return Task.FromResult<IReadOnlyList<ChunkPayout>>(
            [.. all.Skip(start).Concat(all.Take(start)).Take(Math.Min(most, perLook))]);
    }

    public Task<string?> BarredBecause(ChunkPayout payout, CancellationToken cancel) => Task.FromResult<string?>(null);

    public Task SetAside(ChunkPayout payout, string why, CancellationToken cancel)
    {
        SetAsides[payout.Payout] = why;
        return Task.CompletedTask;
    }

    /// <summary>Waits again when its newest chunk is over without a payment, as the payout's grain decides it.</summary>
    public async Task Changed(ChunkPayout payout, CancellationToken cancel)
    {
        var known = await chunks.Of(payout.Payout, cancel);

        if (known.Count == 0 || known[0].State is ChunkState.Dead or ChunkState.FailedOnChain)
        {
            _waiting[payout.Payout] = _asked[payout.Payout];
        }
        else
        {
            _waiting.TryRemove(payout.Payout, out _);
        }
    }

    public Task<string?> FrozenBecause(CancellationToken cancel) => Task.FromResult(Frozen);

    public Task Freeze(string why, CancellationToken cancel)
    {
        Frozen ??= why;
        return Task.CompletedTask;
    }
}
